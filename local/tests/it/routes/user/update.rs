//! `POST /user/update`. What each role may do is in `role_table.rs`.

use crate::testkit::{PASSWORD, Person, TestApp};
use roster_domain::{CodePurpose, Role};
use serde_json::json;

#[tokio::test]
async fn changes_what_it_names_and_shows_the_preferences() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let update = |body| app.post("/user/update").bearer(&alan.token).json(body);
    let body = json!({
        "first": "Alan", "last": "Turing",
        "preferences": { "theme": "dark", "columns": { "left": 1, "right": 2 } },
    });
    let updated = update(body).await.expect_status(200).json();
    assert_eq!(
        updated,
        json!({
            "accountId": alan.account,
            "activity": "2026-11-21T18:00:00.000Z",
            "cloudId": null,
            "email": "alan@example.com",
            "first": "Alan",
            "id": alan.id,
            "last": "Turing",
            "role": "user",
            "state": "active",
            "preferences": { "theme": "dark", "columns": { "left": 1, "right": 2 } },
        })
    );
    let body = json!({ "first": null, "preferences": { "theme": null, "columns": { "left": 3 } } });
    let updated = update(body).await.expect_status(200).json();
    assert_eq!(updated["first"], json!(null));
    assert_eq!(updated["last"], "Turing");
    let columns = json!({ "columns": { "left": 3, "right": 2 } });
    assert_eq!(updated["preferences"], columns);
    // No field, no body: as it is.
    let same = app.post("/user/update").bearer(&alan.token).await;
    assert_eq!(same.expect_status(200).json(), updated);
}

#[tokio::test]
async fn two_callers_who_edit_different_fields_at_once_both_win() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    for round in 0..10 {
        let first = app.post("/user/update").bearer(&alan.token);
        let first =
            first.json(json!({ "first": format!("Alan{round}"), "preferences": { "a": round } }));
        let last = app.post("/user/update").bearer(&ada.token);
        let last = last.json(json!({ "id": alan.id, "last": format!("Turing{round}"), "preferences": { "b": round } }));
        let (first, last) = tokio::join!(first.into_future(), last.into_future());
        first.expect_status(200);
        last.expect_status(200);
        let user = app.user(&alan).await.unwrap();
        assert_eq!(user.first_name(), Some(&*format!("Alan{round}")));
        assert_eq!(user.last_name(), Some(&*format!("Turing{round}")));
        assert_eq!(user.preferences(), json!({ "a": round, "b": round }));
    }
}

#[tokio::test]
async fn a_new_address_is_unique_and_verified_anew() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let update = |body| app.post("/user/update").bearer(&ada.token).json(body);
    let updated = update(json!({ "email": "lovelace@example.com" })).await;
    assert_eq!(
        updated.expect_status(200).json()["email"],
        "lovelace@example.com"
    );
    app.login("lovelace@example.com").await;
    app.post("/user/login")
        .basic("ada@example.com", PASSWORD)
        .await
        .expect_status(401);
    let challenge = app.challenge(CodePurpose::Verification, &ada).await;
    assert_eq!(challenge.unwrap().email(), "lovelace@example.com");
    app.account("linus").await;
    let taken = update(json!({ "email": "LINUS@example.com" })).await;
    taken.expect_problem(409, "email_in_use");
    // The old one is free.
    app.account("ada").await;
}

#[tokio::test]
async fn only_an_invited_user_is_invited_at_the_new_address() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let invited = app.invited(&ada, "grace", Role::User).await;
    let body = json!({ "email": "alan@example.com", "role": "user" });
    let created = app.post("/user/create").bearer(&ada.token).json(body);
    let created = created.await.expect_status(200).json();
    let created = Person {
        id: created["id"].as_str().unwrap().to_owned(),
        ..ada.clone()
    };
    for (person, email) in [
        (&invited, "hopper@example.com"),
        (&created, "turing@example.com"),
    ] {
        let call = app.post("/user/update").bearer(&ada.token);
        let call = call.json(json!({ "id": person.id, "email": email }));
        call.await.expect_status(200);
    }
    let invitation = app.challenge(CodePurpose::Invitation, &invited).await;
    assert_eq!(invitation.unwrap().email(), "hopper@example.com");
    let invitation = app.challenge(CodePurpose::Invitation, &created).await;
    assert_eq!(invitation, None);
    for person in [&invited, &created] {
        let verification = app.challenge(CodePurpose::Verification, person).await;
        assert_eq!(verification, None);
    }
}

#[tokio::test]
async fn an_invalid_field_is_named() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let unknown = app.unknown(&ada, "nobody").id;
    let update = |body| app.post("/user/update").bearer(&ada.token).json(body);
    for (body, field) in [
        (json!({ "email": "ada" }), "email"),
        (json!({ "email": null }), "email"),
        (json!({ "first": "" }), "first"),
        (json!({ "last": "a\nb" }), "last"),
        (json!({ "id": "42" }), "id"),
        (
            json!({ "preferences": { "notes": "x".repeat(8192) } }),
            "preferences",
        ),
    ] {
        let problem = update(body).await.expect_problem(400, "invalid_value");
        assert_eq!(problem.json()["field"], field);
    }
    for body in [
        json!({ "preferences": null }),
        json!({ "preferences": [] }),
        json!({ "preferences": "dark" }),
        json!({ "id": null }),
        json!({ "first": 1 }),
    ] {
        update(body).await.expect_problem(400, "malformed_body");
    }
    let problem = update(json!({ "id": unknown, "first": "Ida" })).await;
    problem.expect_problem(404, "not_found");
}

#[tokio::test]
async fn old_and_new_preferences_together_may_be_eight_kibibytes() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let update = |body| app.post("/user/update").bearer(&ada.token).json(body);
    let half = "x".repeat(4096 - 8);
    let body = |name: &str| json!({ "preferences": { name: half } });
    update(body("a")).await.expect_status(200);
    update(body("b")).await.expect_status(200);
    let third = update(json!({ "preferences": { "c": "is too much of it" } })).await;
    third.expect_problem(400, "invalid_value");
    let call = update(json!({ "preferences": { "a": null, "c": "has room" } }));
    call.await.expect_status(200);
}
