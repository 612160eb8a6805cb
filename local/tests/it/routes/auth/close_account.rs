//! `DELETE /auth/account`. What becomes of everybody in it is in `workers/closing.rs`.

use crate::testkit::{PASSWORD, Person, TestApp, account_key};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};

fn stored(app: &TestApp, person: &Person) -> Value {
    app.items()[&(account_key(&person.account), "ACCOUNT".to_owned())].clone()
}

#[tokio::test]
async fn an_owner_closes_the_account_by_password_and_whatever_reads_it_stops() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let grace = app.add(&ada, "grace").with_password().await;
    let alan = app.invited(&ada, "alan", Role::User).await;
    let code = app.mailed_code(CodePurpose::Invitation, &alan).await;
    let close = app.call("DELETE", "/auth/account").basic("ada", PASSWORD);
    let account = close.clone().await.expect_status(202).json();
    assert_eq!(account["closed"], true);
    assert_eq!(account["id"], ada.account.as_str());
    let row = stored(&app, &ada);
    assert_eq!(row["closed"]["BOOL"], true);
    assert_eq!(row["changed_by"]["S"], ada.id.as_str());

    close.await.expect_problem(401, "auth_required");
    for name in ["ada", "ada@example.com", &grace.email] {
        let login = app.post("/user/login").basic(name, PASSWORD);
        login.await.expect_problem(401, "auth_required");
    }
    let join = app.post("/user/login").basic(&alan.email, PASSWORD);
    let join = join.json(json!({ "register": true, "invite": code }));
    join.await.expect_problem(401, "auth_required");
    for person in [&ada, &grace] {
        for path in ["/user/login", "/user/get", "/user/find"] {
            let call = app.post(path).bearer(&person.token).json(json!({}));
            call.await.expect_problem(401, "auth_required");
        }
    }
    let create = app.post("/user/create").bearer(&ada.token);
    let create = create.json(json!({ "email": "new@example.com", "role": "user" }));
    create.await.expect_problem(401, "auth_required");
    let invite = app.post("/api/v2/users").bearer(&ada.token);
    let invite = invite.json(json!({ "email": "new@example.com" }));
    invite.await.expect_members_error(401);
}

#[tokio::test]
async fn no_token_and_nobody_but_an_owner_closes_it() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let grace = app.add(&ada, "grace").role(Role::Admin).with_password();
    let grace = grace.await;
    let before = app.items();
    for call in [
        app.call("DELETE", "/auth/account"),
        app.call("DELETE", "/auth/account").bearer(&ada.token),
        app.call("DELETE", "/auth/account").api_token(&ada.token),
    ] {
        let (reply, asked) = app.operations(call).await;
        let reply = reply.expect_problem(401, "auth_required");
        assert!(reply.header("www-authenticate").contains("Basic"));
        assert!(asked.is_empty());
    }
    let call = app.call("DELETE", "/auth/account");
    let refused = call.basic(&grace.email, PASSWORD).await;
    refused.expect_problem(403, "forbidden");
    let call = app.call("DELETE", "/auth/account").basic("ada", PASSWORD);
    call.body("{").await.expect_problem(400, "malformed_body");
    let without_attempts = |mut items: crate::testkit::Items| {
        items.retain(|(pk, _), _| !pk.starts_with("ATTEMPTS#"));
        items
    };
    assert!(without_attempts(app.items()) == without_attempts(before));
}

/// A wrong password counts like everywhere, and locks the name.
#[tokio::test]
async fn wrong_passwords_are_counted() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let close = |password| app.call("DELETE", "/auth/account").basic("ada", password);
    for _ in 0..10 {
        let wrong = close("incorrect-horse-battery-staple").await;
        wrong.expect_problem(401, "auth_required");
    }
    let locked = close(PASSWORD).await;
    locked.expect_problem(429, "too_many_failures");
}

/// Of two owners at once one is told that the account is closed now, the other that it is.
#[tokio::test]
async fn two_owners_close_it_once() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let grace = app.add(&ada, "grace").role(Role::Owner).with_password();
    let grace = grace.await;
    let close = |name: &str| app.call("DELETE", "/auth/account").basic(name, PASSWORD);
    let replies = app.race(vec![close("ada"), close(&grace.email)]).await;
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 401]);
}
