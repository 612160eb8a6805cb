//! `PUT` and `PATCH /api/v2/users/{id}`

use crate::testkit::{Call, Edit, Person, TestApp, at_once};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::time::Duration;

fn update(app: &TestApp, method: &str, caller: &Person, member: &Person, body: Value) -> Call {
    let call = app.call(method, &format!("/api/v2/users/{}", member.id));
    call.bearer(&caller.token).json(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_new_address_sent_many_times_at_once_is_taken_once() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for round in 0..3 {
        let many: Vec<_> = (0..3)
            .map(|_| {
                let path = format!("/api/v2/users/{}", ada.id);
                let body = json!({ "email": format!("countess{round}@example.com") });
                app.put(&path).bearer(&ada.token).json(body)
            })
            .collect();
        for reply in at_once(many).await {
            reply.expect_status(200);
        }
    }
}

/// Somebody invites them at the very moment.
#[tokio::test]
async fn a_new_address_gets_the_invitation_that_was_just_asked_for() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let create = app.post("/user/create").bearer(&ada.token);
    let created = create.json(json!({ "email": "kat@example.com", "role": "user" }));
    let id = created.await.expect_status(200).json()["id"].clone();
    let id = id.as_str().unwrap();
    let path = format!("/api/v2/users/{id}");
    let call = app.put(&path).bearer(&ada.token);
    let call = call.json(json!({ "email": "katherine@example.com" }));
    let kat = Person {
        id: id.to_owned(),
        ..ada.clone()
    };
    let invite = || app.edit(&kat, Edit::Invited);
    let reply = app.between_reads_and_writes(call, invite).await;
    reply.expect_status(200);
    let challenge = app.challenge(CodePurpose::Invitation, &kat).await;
    assert_eq!(challenge.unwrap().email(), "katherine@example.com");
}

#[tokio::test]
async fn absent_fields_stay_and_null_clears_with_either_method() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    for method in ["PUT", "PATCH"] {
        let full = json!({
            "firstName": "Alan", "lastName": "Turing", "locale": "da", "timezone": "utc",
            "unknown": 1,
        });
        let shown = update(&app, method, &ada, &alan, full)
            .await
            .expect_status(200);
        let mut expected = json!({
            "_id": alan.id, "firstName": "Alan", "lastName": "Turing",
            "email": "alan@example.com", "locale": "da", "timezone": "UTC",
        });
        assert_eq!(shown.json(), expected);
        let cleared = json!({ "lastName": null, "locale": null, "timezone": null });
        let shown = update(&app, method, &ada, &alan, cleared)
            .await
            .expect_status(200);
        for field in ["lastName", "locale", "timezone"] {
            expected[field] = Value::Null;
        }
        assert_eq!(shown.json(), expected);
        let stored = app
            .get(&format!("/api/v2/users/{}", alan.id))
            .bearer(&ada.token);
        assert_eq!(stored.await.json(), expected);
    }
}

#[tokio::test]
async fn a_new_address_is_unverified_and_has_to_be_free() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.add(&ada, "alan").verified().await;
    app.account("eve").await;
    let to = |email: &str| update(&app, "PATCH", &alan, &alan, json!({ "email": email }));
    for taken in ["ada@example.com", "EVE@example.com"] {
        to(taken).await.expect_members_error(409);
    }
    to("Alan@Example.com").await.expect_status(200);
    assert!(
        app.user(&alan).await.unwrap().is_verified(),
        "the same mailbox"
    );
    let shown = to("turing@example.com").await.expect_status(200);
    assert_eq!(shown.json()["email"], "turing@example.com");
    assert!(!app.user(&alan).await.unwrap().is_verified());
    let challenge = app.challenge(CodePurpose::Verification, &alan).await;
    assert_eq!(challenge.unwrap().email(), "turing@example.com");
    let cleared = update(&app, "PUT", &alan, &alan, json!({ "email": null })).await;
    let message = cleared.expect_members_error(400).json()["message"].clone();
    assert_eq!(message, "email cannot be cleared");
}

#[tokio::test]
async fn an_invalid_value_is_refused() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let put = |body: Value| update(&app, "PUT", &ada, &ada, body);
    for (field, value) in [
        ("firstName", json!("")),
        ("firstName", json!(7)),
        ("lastName", json!("x".repeat(257))),
        ("email", json!("ada")),
        ("locale", json!("tlh")),
        ("locale", json!("")),
        ("timezone", json!("Mars/Olympus")),
    ] {
        let reply = put(json!({ field: value })).await.expect_members_error(400);
        let message = reply.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(&format!("{field} must")), "{message}");
    }
    let path = format!("/api/v2/users/{}", ada.id);
    for method in ["PUT", "PATCH"] {
        let none = app.call(method, &path).bearer(&ada.token);
        none.await.expect_members_error(400);
        let array = app.call(method, &path).bearer(&ada.token).json(json!([{}]));
        array.await.expect_members_error(400);
    }
}

#[tokio::test]
async fn callers_who_edit_different_fields_at_once_all_win() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let alan = app.member(&ada, "alan", Role::User).await;
    for round in 0..20 {
        app.advance(Duration::from_secs(1));
        let address = format!("alan{round}@example.com");
        let edits = [
            (&ada, json!({ "firstName": format!("First {round}") })),
            (&grace, json!({ "lastName": format!("Last {round}") })),
            (&alan, json!({ "email": address })),
            (
                &ada,
                json!({ "locale": if round % 2 == 0 { "fr" } else { "de" } }),
            ),
            (
                &grace,
                json!({ "timezone": if round % 2 == 0 { "UTC" } else { "Asia/Tokyo" } }),
            ),
        ];
        let sent = edits
            .clone()
            .map(|(who, body)| update(&app, "PATCH", who, &alan, body));
        for reply in at_once(sent).await {
            reply.expect_status(200);
        }
        let path = format!("/api/v2/users/{}", alan.id);
        let stored = app.get(&path).bearer(&alan.token).await.json();
        for (_, body) in &edits {
            for (field, value) in body.as_object().unwrap() {
                assert_eq!(&stored[field], value, "round {round}");
            }
        }
    }
    // An address that was given up is free again.
    let names = app
        .items()
        .into_keys()
        .filter(|(pk, _)| pk.starts_with("EMAIL#"));
    assert_eq!(names.count(), 3);
}

/// As they were read, an admin could be edited by an admin; as they are when it is written, not.
#[tokio::test]
async fn a_member_promoted_meanwhile_is_judged_by_the_new_role() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let alan = app.member(&ada, "alan", Role::Admin).await;
    let promote = || app.edit(&alan, Edit::Role(Role::Owner));
    let call = update(
        &app,
        "PUT",
        &grace,
        &alan,
        json!({ "firstName": "Mallory" }),
    );
    let reply = app.between_reads_and_writes(call, promote).await;
    reply.expect_members_error(403);
    assert_eq!(app.user(&alan).await.unwrap().first_name(), None);
}

#[tokio::test]
async fn a_manager_redirects_no_invitation_that_gives_more_than_they_hold() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let edith = app.invited(&ada, "edith", Role::User).await;
    let allow = |person: &Person, flag: &str| {
        let path = format!("/api/v2/users/{}/perms", person.id);
        app.post(&path)
            .bearer(&ada.token)
            .json(json!({ flag: true }))
    };
    let readdress = || {
        let path = format!("/api/v2/users/{}", edith.id);
        let call = app.put(&path).bearer(&alan.token);
        call.json(json!({ "email": "alans.other@example.com" }))
    };
    allow(&alan, "userManagement").await.expect_status(200);
    allow(&edith, "addBeacons").await.expect_status(200);
    readdress().await.expect_members_error(403);
    allow(&alan, "addBeacons").await.expect_status(200);
    readdress().await.expect_status(200);
}
