//! `GET /auth/me`

use crate::testkit::{AccountEdit, Edit, PASSWORD, Person, TestApp};
use roster_domain::{Permissions, Role};
use serde_json::{Value, json};
use std::time::Duration;

async fn me(app: &TestApp, person: &Person) -> Value {
    let call = app.get("/auth/me").bearer(&person.token);
    call.await.expect_status(200).json()
}

#[tokio::test]
async fn shows_all_that_is_stored_about_the_caller() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let shown = me(&app, &ada).await;
    let held = json!({
        "accountManagement": true,
        "userManagement": true,
        "addBeacons": true,
        "toggleBeacons": true,
        "viewMetrics": true,
    });
    assert_eq!(
        shown,
        json!({
            "account": {
                "id": ada.account,
                "name": null,
                "created": "2026-11-21T18:00:00.000Z",
                "closed": false,
                "cloudId": null,
            },
            "id": ada.id,
            "state": "active",
            "email": "ada@example.com",
            "emailVerified": false,
            "emailLogsIn": true,
            "previousEmail": null,
            "secondEmail": null,
            "username": "ada",
            "first": null,
            "last": null,
            "alias": null,
            "organization": null,
            "language": null,
            "timeZone": null,
            "role": "owner",
            "permissions": { "held": held, "set": shown["permissions"]["set"] },
            "preferences": {},
            "storage": { "records": 0, "bytes": 0, "quota": 5_242_880_000_i64 },
            "usage": 0.0,
            "invited": null,
            "created": "2026-11-21T18:00:00.000Z",
            "updated": "2026-11-21T18:00:00.000Z",
            "updatedBy": ada.id,
            "lastLogin": "2026-11-21T18:00:00.000Z",
            "activity": "2026-11-21T18:00:00.000Z",
            "tokens": [{
                "id": ada.token_id(),
                "kind": "login",
                "name": null,
                "created": "2026-11-21T18:00:00.000Z",
                "expires": "2027-02-19T18:00:00.000Z",
                "lastUsed": "2026-11-21T18:00:00.000Z",
                "current": true,
            }],
            "mails": [{
                "kind": "verification",
                "email": "ada@example.com",
                "requested": "2026-11-21T18:00:00.000Z",
                "sent": null,
            }],
        })
    );
    let set = &shown["permissions"]["set"];
    assert_eq!(set, &json!(Permissions::INITIAL));
}

#[tokio::test]
async fn shows_what_was_changed() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.add(&ada, "alan").verified().await;
    let put = app.put("/v2/user").bearer(&alan.token);
    let body = json!({
        "email2": "turing@example.com", "user_alias": "Prof", "organization": "NPL",
        "locale": "Europe/London",
    });
    put.json(body).await.expect_status(200);
    let update = app.post("/user/update").bearer(&alan.token);
    let body = json!({
        "first": "Alan", "last": "Turing", "email": "alan@npl.example.com",
        "preferences": { "theme": "dark" },
    });
    update.json(body).await.expect_status(200);
    let path = format!("/api/v2/users/{}/perms", alan.id);
    let call = app.post(&path).bearer(&ada.token);
    call.json(json!({ "addBeacons": true }))
        .await
        .expect_status(200);
    let shown = me(&app, &alan).await;
    for (field, value) in [
        ("email", json!("alan@npl.example.com")),
        ("emailVerified", json!(false)),
        (
            "previousEmail",
            json!({ "email": "alan@example.com", "until": "2026-11-28T18:00:00.000Z" }),
        ),
        ("secondEmail", json!("turing@example.com")),
        ("username", Value::Null),
        ("first", json!("Alan")),
        ("last", json!("Turing")),
        ("alias", json!("Prof")),
        ("organization", json!("NPL")),
        ("timeZone", json!("Europe/London")),
        ("role", json!("user")),
        ("preferences", json!({ "theme": "dark" })),
        ("updatedBy", json!(ada.id)),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    let permissions = &shown["permissions"];
    assert_eq!(permissions["held"]["addBeacons"], true);
    assert_eq!(permissions["held"], permissions["set"]);
    // One to confirm the new address, one to go back to the old one.
    let kinds = json!([shown["mails"][0]["kind"], shown["mails"][1]["kind"]]);
    assert_eq!(kinds, json!(["verification", "undo"]));
    assert_eq!(shown["mails"][1]["email"], "alan@example.com");
    // When that is over, nothing is pending, and there is nothing to go back to.
    app.advance(Duration::from_secs(7 * 24 * 60 * 60));
    let shown = me(&app, &alan).await;
    assert_eq!(shown["mails"], json!([]));
    assert_eq!(shown["previousEmail"], Value::Null);
}

#[tokio::test]
async fn a_mail_is_pending_until_it_is_answered() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let mut background = app.background_workers().await;
    app.advance(Duration::from_secs(5));
    background.run_until_idle().await;
    let shown = me(&app, &ada).await;
    assert_eq!(shown["mails"][0]["sent"], "2026-11-21T18:00:05.000Z");
    let mails = background.aws.mails_to(&ada.email);
    let code = crate::testkit::code_in(&mails[0]).unwrap();
    let login = app.post("/user/login").basic(&ada.email, PASSWORD);
    login
        .json(json!({ "invite": code }))
        .await
        .expect_status(200);
    let shown = me(&app, &ada).await;
    assert_eq!(
        (&shown["mails"], &shown["emailVerified"]),
        (&json!([]), &json!(true))
    );
}

#[tokio::test]
async fn a_named_token_may_read_it_and_nobody_a_secret() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let named = app.with_named_token(&ada, "report").await;
    let reply = app.get("/auth/me").bearer(&named.token).await;
    let reply = reply.expect_status(200);
    let tokens = &reply.json()["tokens"];
    assert_eq!(
        (&tokens[1]["name"], &tokens[1]["current"]),
        (&json!("report"), &json!(true))
    );
    for person in [&ada, &named] {
        assert!(!reply.text.contains(&person.token[47..]));
    }
    let stored = app.items();
    let row = stored
        .iter()
        .find(|((_, sk), _)| sk.ends_with(&ada.id) && sk.starts_with("USER#"));
    let row = row.unwrap().1;
    assert!(!reply.text.contains("argon2"));
    for hash in row["tokens"]["M"].as_object().unwrap().keys() {
        assert!(!reply.text.contains(hash.as_str()));
    }
}

#[tokio::test]
async fn who_is_deactivated_or_in_a_closed_account_is_shown_nothing() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    app.edit(&alan, Edit::Deactivated);
    let call = app.get("/auth/me").bearer(&alan.token);
    call.await.expect_problem(401, "auth_required");
    app.edit_account(&ada, AccountEdit::Closed);
    let call = app.get("/auth/me").bearer(&ada.token);
    call.await.expect_problem(401, "auth_required");
}
