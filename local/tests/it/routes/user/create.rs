//! `POST /user/create`

use crate::testkit::{Action, Person, TestApp};
use roster_domain::{CodePurpose, Permissions, Role};
use serde_json::json;

#[tokio::test]
async fn shows_the_new_user_who_is_invited_and_has_no_way_in_yet() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let body = json!({ "email": "Grace@Example.com", "role": "admin", "sendInvite": true });
    let call = app.post("/user/create").bearer(&ada.token).json(body);
    let created = call.await.expect_status(200).json();
    let id = created["id"].as_str().unwrap().to_owned();
    assert_eq!(
        created,
        json!({
            "accountId": ada.account,
            "activity": null,
            "cloudId": null,
            "email": "Grace@Example.com",
            "first": null,
            "id": id,
            "last": null,
            "preferences": {},
            "role": "admin",
            "state": "invited",
        })
    );
    let grace = Person { id, ..ada };
    let stored = app.user(&grace).await.unwrap();
    assert!(!stored.has_joined());
    assert_eq!(stored.own_permissions(), Permissions::INITIAL);
    let challenge = app.challenge(CodePurpose::Invitation, &grace).await;
    assert_eq!(challenge.unwrap().email(), "Grace@Example.com");
    let login = app
        .post("/user/login")
        .basic("grace@example.com", "anything");
    login.await.expect_problem(401, "auth_required");
}

#[tokio::test]
async fn invites_only_if_asked_to() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for (name, invitation) in [
        ("grace", json!({})),
        ("alan", json!({ "sendInvite": false })),
    ] {
        let mut body = invitation;
        body["email"] = json!(format!("{name}@example.com"));
        body["role"] = json!("user");
        let call = app.post("/user/create").bearer(&ada.token).json(body);
        call.await.expect_status(200);
    }
    let asked = app.items().into_keys();
    assert!(
        !asked
            .map(|(_, sk)| sk)
            .any(|sk| sk.starts_with("INVITATION#"))
    );
}

#[tokio::test]
async fn an_address_in_use_in_the_account_in_any_case_is_a_conflict() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    app.invited(&ada, "grace", Role::User).await;
    for email in ["Grace@example.com", "ADA@example.com"] {
        let body = json!({ "email": email, "role": "user" });
        let call = app.post("/user/create").bearer(&ada.token).json(body);
        call.await.expect_problem(409, "email_in_use");
    }
}

#[tokio::test]
async fn an_invalid_field_is_named() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let email = "grace@example.com";
    for (body, field) in [
        (json!({ "role": "user" }), "email"),
        (json!({ "email": email }), "role"),
        (json!({ "email": "grace", "role": "user" }), "email"),
        (json!({ "email": email, "role": "Owner" }), "role"),
    ] {
        let call = app.post("/user/create").bearer(&ada.token).json(body);
        let problem = call.await.expect_problem(400, "invalid_value");
        assert_eq!(problem.json()["field"], field);
    }
    for body in [
        json!({ "email": null, "role": "user" }),
        json!({ "email": email, "role": ["user"] }),
        json!({ "email": email, "role": "user", "sendInvite": null }),
        json!([email, "user"]),
    ] {
        let call = app.post("/user/create").bearer(&ada.token).json(body);
        call.await.expect_problem(400, "malformed_body");
    }
}

#[tokio::test]
async fn a_failed_transaction_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let before = app.items();
    app.proxy.always("TransactWriteItems", Action::throttled());
    let body = json!({ "email": "grace@example.com", "role": "user", "sendInvite": true });
    let call = app
        .post("/user/create")
        .bearer(&ada.token)
        .json(body.clone());
    call.await.expect_problem(503, "unavailable");
    app.proxy.clear();
    assert_eq!(app.items(), before);
    let call = app.post("/user/create").bearer(&ada.token).json(body);
    call.await.expect_status(200);
}

#[tokio::test]
async fn the_new_user_is_written_to_in_the_language_that_is_named() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let mut background = app.background_workers().await;
    for (language, subject) in [
        (Some("en"), "You are invited to Roster"),
        (Some("fr"), "Vous êtes invité à rejoindre Roster"),
        (Some("da"), "Du er inviteret til Roster"),
        (Some("de"), "Sie sind zu Roster eingeladen"),
        (None, "You are invited to Roster"),
    ] {
        let email = format!("{}@example.com", language.unwrap_or("nobody"));
        let mut body = json!({ "email": email, "role": "user", "sendInvite": true });
        if let Some(language) = language {
            body["language"] = json!(language);
        }
        let call = app.post("/user/create").bearer(&ada.token).json(body);
        call.await.expect_status(200);
        let user = app.user_at(&ada, &email).await.unwrap();
        assert_eq!(user.language(), language);
        background.run_until_idle().await;
        let [mail] = &background.aws.mails_to(&email)[..] else {
            panic!("one mail to {email}")
        };
        assert_eq!(mail.subject, subject);
    }
    for (language, code) in [
        (json!("tlh"), "invalid_value"),
        (json!(""), "invalid_value"),
        (json!(null), "malformed_body"),
        (json!(1), "malformed_body"),
    ] {
        let body = json!({ "email": "k@example.com", "role": "user", "language": language });
        let call = app.post("/user/create").bearer(&ada.token).json(body);
        let problem = call.await.expect_problem(400, code).json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with("language must be"), "{detail}");
    }
}
