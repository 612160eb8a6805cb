//! Changes of a verified address, and `POST /auth/email/undo`.

use crate::testkit::{BackgroundWorkers, Call, Edit, PASSWORD, Person, TestApp, code_in};
use roster_domain::CodePurpose;
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const OTHER: &str = "thief@example.com";
const NEW: &str = "seven-quiet-otters-2026";

fn readdress(app: &TestApp, person: &Person, email: &str) -> Call {
    let call = app.put("/v2/user").bearer(&person.token);
    call.json(json!({ "email1": email }))
}

fn undo(app: &TestApp, code: &str) -> Call {
    app.post("/auth/email/undo").json(json!({ "code": code }))
}

fn log_in(app: &TestApp, name: &str, password: &str) -> Call {
    app.post("/user/login").basic(name, password)
}

async fn verified(app: &TestApp) -> Person {
    let ada = app.owner("ada").await;
    let code = app.mailed_code(CodePurpose::Verification, &ada).await;
    let body = json!({ "invite": code });
    log_in(app, &ada.email, PASSWORD)
        .json(body)
        .await
        .expect_status(200);
    ada
}

#[tokio::test]
async fn a_verified_address_stays_a_login_for_seven_days_and_then_is_free() {
    let app = TestApp::start().await;
    let ada = verified(&app).await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    for name in ["ada@example.com", OTHER, "ada"] {
        log_in(&app, name, PASSWORD).await.expect_status(200);
    }
    let register = |email: &str| {
        let call = log_in(&app, email, PASSWORD);
        call.json(json!({ "register": true }))
    };
    register("ada@example.com")
        .await
        .expect_problem(409, "email_in_use");
    let invite = |email: &str| {
        let call = app.post("/user/create").bearer(&ada.token);
        call.json(json!({ "email": email, "role": "user" }))
    };
    invite("ada@example.com")
        .await
        .expect_problem(409, "email_in_use");
    let as_member = || {
        let call = app.post("/api/v2/users").bearer(&ada.token);
        call.json(json!({ "email": "ada@example.com" }))
    };
    as_member().await.expect_members_error(409);
    app.advance(DAY * 7);
    log_in(&app, "ada@example.com", PASSWORD)
        .await
        .expect_status(401);
    log_in(&app, OTHER, PASSWORD).await.expect_status(200);
    as_member().await.expect_status(200);
    register("ada@example.com").await.expect_status(200);
}

#[tokio::test]
async fn an_address_that_nobody_has_proven_is_free_at_once() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    log_in(&app, "ada@example.com", PASSWORD)
        .await
        .expect_status(401);
    app.owner("ida").await;
    assert!(app.challenge(CodePurpose::Undo, &ada).await.is_none());
}

#[tokio::test]
async fn the_old_address_takes_the_change_back_with_everything_that_came_of_it() {
    let app = TestApp::start().await;
    let ada = verified(&app).await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    background.run_until_idle().await;
    let mails = background.aws.mails_to("ada@example.com");
    let code = code_in(mails.last().unwrap()).unwrap().to_owned();
    assert!(code.starts_with("rsu_"));
    undo(&app, &code).await.expect_status(204);
    // No token, no password, no login by the other address.
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(401);
    for name in ["ada@example.com", "ada", OTHER] {
        log_in(&app, name, PASSWORD).await.expect_status(401);
    }
    let user = app.user(&ada).await.unwrap();
    assert_eq!(user.email(), "ada@example.com");
    assert!(user.is_verified());
    // A code to choose a new password with is on its way.
    background.run_until_idle().await;
    let mails = background.aws.mails_to("ada@example.com");
    let reset = code_in(mails.last().unwrap()).unwrap();
    let body = json!({ "code": reset, "password": NEW });
    app.post("/auth/password/reset")
        .json(body)
        .await
        .expect_status(204);
    log_in(&app, "ada@example.com", NEW)
        .await
        .expect_status(200);
    undo(&app, &code).await.expect_problem(410, "code_used");
    // The other address is free.
    let register = log_in(&app, OTHER, PASSWORD).json(json!({ "register": true }));
    register.await.expect_status(200);
}

#[tokio::test]
async fn until_the_new_address_is_proven_resets_go_to_the_old_one() {
    let app = TestApp::start().await;
    let ada = verified(&app).await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    background.run_until_idle().await;
    let count = |email: &str| background_count(&background, email);
    let (old, new) = (count("ada@example.com"), count(OTHER));
    for name in ["ada@example.com", OTHER] {
        let call = app.post("/auth/password/forgot");
        call.json(json!({ "email": name })).await.expect_status(202);
        app.advance(Duration::from_secs(1));
        background.run_until_idle().await;
    }
    assert_eq!(background_count(&background, OTHER), new);
    assert_eq!(background_count(&background, "ada@example.com"), old + 2);
    // Proven by its own code, it is where they go.
    let code = newest(&background, OTHER, "rsv_");
    let body = json!({ "invite": code });
    log_in(&app, OTHER, PASSWORD)
        .json(body)
        .await
        .expect_status(200);
    let call = app
        .post("/auth/password/forgot")
        .json(json!({ "email": OTHER }));
    app.advance(Duration::from_secs(3600));
    call.await.expect_status(202);
    background.run_until_idle().await;
    assert_eq!(background_count(&background, OTHER), new + 1);
    // And the change can still be undone.
    let code = newest(&background, "ada@example.com", "rsu_");
    undo(&app, &code).await.expect_status(204);
}

fn background_count(background: &BackgroundWorkers, email: &str) -> usize {
    background.aws.mails_to(email).len()
}

/// The newest code of a kind that came to an address.
fn newest(background: &BackgroundWorkers, email: &str, prefix: &str) -> String {
    let mails = background.aws.mails_to(email);
    let mut codes = mails.iter().rev().filter_map(code_in);
    let code = codes.find(|code| code.starts_with(prefix));
    code.unwrap().to_owned()
}

#[tokio::test]
async fn a_second_change_keeps_the_address_that_was_proven() {
    let app = TestApp::start().await;
    let ada = verified(&app).await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    let code = app.mailed_code(CodePurpose::Undo, &ada).await;
    readdress(&app, &ada, "second@example.com")
        .await
        .expect_status(200);
    log_in(&app, OTHER, PASSWORD).await.expect_status(401);
    undo(&app, &code).await.expect_status(204);
    assert_eq!(app.user(&ada).await.unwrap().email(), "ada@example.com");
}

#[tokio::test]
async fn who_goes_back_by_themselves_is_verified_as_before() {
    let app = TestApp::start().await;
    let ada = verified(&app).await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    let code = app.mailed_code(CodePurpose::Undo, &ada).await;
    readdress(&app, &ada, "ada@example.com")
        .await
        .expect_status(200);
    assert!(app.user(&ada).await.unwrap().is_verified());
    undo(&app, &code).await.expect_problem(410, "code_used");
    app.advance(DAY * 8);
    log_in(&app, "ada@example.com", PASSWORD)
        .await
        .expect_status(200);
    log_in(&app, OTHER, PASSWORD).await.expect_status(401);
}

#[tokio::test]
async fn a_code_to_undo_works_for_seven_days_and_for_nothing_else() {
    let app = TestApp::start().await;
    let ada = verified(&app).await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    let code = app.mailed_code(CodePurpose::Undo, &ada).await;
    let as_reset = json!({ "code": code, "password": NEW });
    let reset = app.post("/auth/password/reset").json(as_reset).await;
    reset.expect_problem(400, "invalid_value");
    let invite = log_in(&app, "ada@example.com", PASSWORD).json(json!({ "invite": code }));
    invite.await.expect_problem(400, "invalid_value");
    undo(&app, &app.made_up_code(CodePurpose::Undo, &ada))
        .await
        .expect_problem(400, "invalid_value");
    app.advance(DAY * 7);
    undo(&app, &code).await.expect_problem(410, "code_expired");
}

/// The names of a removed user are free, the one they could go back to among them.
#[tokio::test]
async fn nothing_is_left_of_a_removed_user() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", roster_domain::Role::User).await;
    app.edit(&grace, Edit::Verified);
    readdress(&app, &grace, OTHER).await.expect_status(200);
    let body = json!({ "id": grace.id });
    app.post("/user/remove")
        .bearer(&ada.token)
        .json(body)
        .await
        .expect_status(204);
    let left = app.items().into_keys().filter(|(pk, sk)| {
        sk.contains(&grace.id)
            || pk.contains("grace@")
            || sk.contains("grace@")
            || pk.contains(OTHER)
    });
    let left: Vec<_> = left.collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Whoever knows the password can prove another address, and leave that too: the owner of the first one
/// can still take everything back.
#[tokio::test]
async fn an_address_that_is_proven_meanwhile_does_not_end_the_way_back() {
    let app = TestApp::start().await;
    let ada = verified(&app).await;
    readdress(&app, &ada, OTHER).await.expect_status(200);
    let undo_code = app.mailed_code(CodePurpose::Undo, &ada).await;
    let code = app.mailed_code(CodePurpose::Verification, &ada).await;
    let body = json!({ "invite": code });
    let confirm = log_in(&app, OTHER, PASSWORD).json(body);
    confirm.await.expect_status(200);
    readdress(&app, &ada, "third@example.com")
        .await
        .expect_status(200);
    log_in(&app, "ada@example.com", PASSWORD)
        .await
        .expect_status(200);
    log_in(&app, OTHER, PASSWORD).await.expect_status(401);
    undo(&app, &undo_code).await.expect_status(204);
    let user = app.user(&ada).await.unwrap();
    assert_eq!(user.email(), "ada@example.com");
    log_in(&app, "third@example.com", PASSWORD)
        .await
        .expect_status(401);
}
