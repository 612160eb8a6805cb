//! `/auth/password…`, and an administrator's reset.

use crate::testkit::{
    BackgroundWorkers, Call, Edit, PASSWORD, Person, Reply, TestApp, at_once, code_in,
};
use roster_domain::{CodePurpose, Role};
use serde_json::json;
use std::time::Duration;

const NEW: &str = "seven-quiet-otters-2026";

fn forgot(app: &TestApp, name: &str) -> Call {
    let field = if name.contains('@') {
        "email"
    } else {
        "username"
    };
    app.post("/auth/password/forgot")
        .json(json!({ field: name }))
}

fn reset(app: &TestApp, code: &str, password: &str) -> Call {
    let body = json!({ "code": code, "password": password });
    app.post("/auth/password/reset").json(body)
}

fn change(app: &TestApp, person: &Person, current: &str, new: &str) -> Call {
    let body = json!({ "current": current, "new": new });
    app.put("/auth/password").bearer(&person.token).json(body)
}

fn log_in(app: &TestApp, name: &str, password: &str) -> Call {
    app.post("/user/login").basic(name, password)
}

fn profile(app: &TestApp, person: &Person) -> Call {
    app.get("/v2/user").bearer(&person.token)
}

/// The subjects of the mails that went to an address, oldest first.
fn subjects(background: &BackgroundWorkers, email: &str) -> Vec<String> {
    let mails = background.aws.mails_to(email).into_iter();
    mails.map(|mail| mail.subject).collect()
}

/// The code of the newest mail to an address.
fn newest_code(background: &BackgroundWorkers, email: &str) -> String {
    let mails = background.aws.mails_to(email);
    let code = mails.iter().rev().find_map(code_in);
    code.unwrap().to_owned()
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    for name in ["ada@example.com", "ADA"] {
        forgot(&app, name).await.expect_status(202);
        background.run_until_idle().await;
        let code = newest_code(&background, "ada@example.com");
        assert!(code.starts_with("rsr_"));
        let password = format!("{NEW} {name}");
        let reply = reset(&app, &code, &password).await.expect_status(204);
        assert_eq!(reply.text, "");
        log_in(&app, "ada", &password).await.expect_status(200);
        reset(&app, &code, &password)
            .await
            .expect_problem(410, "code_used");
        app.advance(Duration::from_secs(700));
    }
    log_in(&app, "ada", PASSWORD).await.expect_status(401);
    profile(&app, &ada).await.expect_status(401);
    // The code went to the address, so that is verified; and a notice follows.
    assert!(app.user(&ada).await.unwrap().is_verified());
    background.run_until_idle().await;
    let last = subjects(&background, "ada@example.com").pop().unwrap();
    assert_eq!(last, "Your password for Roster was changed");
}

#[tokio::test]
async fn everybody_gets_the_same_response_and_does_the_same_work() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.invited(&ada, "grace", Role::User).await;
    app.deactivated(&ada, "hedy", Role::User).await;
    let mut seen: Vec<(String, Vec<String>)> = Vec::new();
    // The fourth in ten minutes is one too many.
    for name in [
        "ada@example.com",
        "grace@example.com",
        "hedy@example.com",
        "nobody@example.com",
        "ada",
        "nobody",
        "ada@example.com",
        "ada@example.com",
        "ada@example.com",
    ] {
        let (reply, asked) = app.operations(forgot(&app, name)).await;
        let mut headers = reply.headers.clone();
        headers.remove("x-request-id");
        seen.push((
            format!("{} {headers:?} {}", reply.status, reply.text),
            asked,
        ));
    }
    for other in &seen {
        assert_eq!(*other, seen[0]);
    }
    assert_eq!(seen[0].1, ["UpdateItem"]);
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let to = |email: &str| subjects(&background, email);
    assert!(to("hedy@example.com").is_empty() && to("nobody@example.com").is_empty());
}

#[tokio::test]
async fn an_invited_user_gets_the_invitation_again_and_a_deactivated_one_nothing() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    app.advance(Duration::from_secs(3600));
    let first = newest_code(&background, &grace.email);
    forgot(&app, &grace.email).await.expect_status(202);
    background.run_until_idle().await;
    let second = newest_code(&background, &grace.email);
    assert_ne!(first, second);
    assert!(second.starts_with("rsi_"));
    let body = json!({ "register": true, "invite": second });
    let joined = log_in(&app, &grace.email, PASSWORD).json(body).await;
    joined.expect_status(200);
    // Who has joined is not invited any more: a reset, and nothing once deactivated.
    let path = format!("/api/v2/users/{}/deactivate", grace.id);
    app.post(&path).bearer(&ada.token).await.expect_status(200);
    let mails = background.aws.mails_to(&grace.email).len();
    forgot(&app, &grace.email).await.expect_status(202);
    background.run_until_idle().await;
    assert_eq!(background.aws.mails_to(&grace.email).len(), mails);
}

#[tokio::test]
async fn forgetting_again_and_again_sends_three_mails() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let before = background.aws.mails_to("ada@example.com").len();
    for _ in 0..8 {
        app.advance(Duration::from_secs(1));
        forgot(&app, "ada@example.com").await.expect_status(202);
        background.run_until_idle().await;
    }
    let mails = background.aws.mails_to("ada@example.com").len() - before;
    assert_eq!(mails, 3);
}

#[tokio::test]
async fn a_code_works_once_for_thirty_minutes_and_only_the_newest() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let first = app.reset_code(&ada).await;
    app.advance(Duration::from_secs(1));
    let second = app.reset_code(&ada).await;
    reset(&app, &first, NEW)
        .await
        .expect_problem(410, "code_used");
    app.advance(Duration::from_secs(30 * 60));
    reset(&app, &second, NEW)
        .await
        .expect_problem(410, "code_expired");
    let third = app.reset_code(&ada).await;
    let weak = reset(&app, &third, "password").await;
    let weak = weak.expect_problem(400, "invalid_value").json();
    assert_eq!(weak["field"], "password");
    for code in [
        "",
        "rsr_x",
        &app.made_up_code(CodePurpose::Reset, &ada),
        &ada.token,
    ] {
        let unknown = reset(&app, code, NEW)
            .await
            .expect_problem(400, "invalid_value");
        assert_eq!(unknown.json()["field"], "code", "{code}");
    }
    // One of another kind is none.
    let verification = app.mailed_code(CodePurpose::Verification, &ada).await;
    reset(&app, &verification, NEW)
        .await
        .expect_problem(400, "invalid_value");
    reset(&app, &third, NEW).await.expect_status(204);
    log_in(&app, "ada", NEW).await.expect_status(200);
}

#[tokio::test]
async fn a_reset_ends_a_lock_and_every_token() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    for _ in 0..10 {
        log_in(&app, "ada@example.com", "wrong")
            .await
            .expect_status(401);
    }
    log_in(&app, "ada@example.com", PASSWORD)
        .await
        .expect_status(429);
    let code = app.reset_code(&ada).await;
    reset(&app, &code, NEW).await.expect_status(204);
    profile(&app, &ada).await.expect_status(401);
    log_in(&app, "ada@example.com", NEW)
        .await
        .expect_status(200);
}

/// Of logins with the old password none may outlive the reset, whenever it comes in.
#[tokio::test(flavor = "multi_thread")]
async fn no_login_with_the_old_password_outlives_a_reset() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let code = app.reset_code(&ada).await;
    let mut calls: Vec<_> = (0..31).map(|_| log_in(&app, "ada", PASSWORD)).collect();
    calls.push(reset(&app, &code, NEW));
    calls.extend((0..32).map(|_| profile(&app, &ada)));
    let replies = at_once(calls).await;
    replies[31].clone().expect_status(204);
    let tokens = replies[..31].iter().filter(|reply| reply.status == 200);
    for token in tokens.map(|reply| reply.json()["token"]["token"].as_str().unwrap().to_owned()) {
        app.get("/v2/user").bearer(&token).await.expect_status(401);
    }
    profile(&app, &ada).await.expect_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_token_outlives_a_change() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let other = app.login("ada").await;
    let mut calls: Vec<_> = (0..31).map(|_| log_in(&app, "ada", PASSWORD)).collect();
    calls.push(change(&app, &ada, PASSWORD, NEW));
    calls.extend((0..32).map(|_| profile(&app, &other)));
    let replies = at_once(calls).await;
    replies[31].clone().expect_status(204);
    let tokens = replies[..31].iter().filter(|reply| reply.status == 200);
    for token in tokens.map(|reply| reply.json()["token"]["token"].as_str().unwrap().to_owned()) {
        app.get("/v2/user").bearer(&token).await.expect_status(401);
    }
    profile(&app, &other).await.expect_status(401);
    // The one that was presented stays.
    profile(&app, &ada).await.expect_status(200);
}

#[tokio::test]
async fn a_change_takes_the_current_password_and_counts_attempts() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let weak = change(&app, &ada, PASSWORD, "password").await;
    let weak: Reply = weak.expect_problem(400, "invalid_value");
    assert_eq!(weak.json()["field"], "new");
    for _ in 0..10 {
        change(&app, &ada, "wrong", NEW)
            .await
            .expect_problem(401, "auth_required");
    }
    let locked = change(&app, &ada, PASSWORD, NEW).await;
    let locked = locked.expect_problem(429, "too_many_failures");
    assert_eq!(locked.header("retry-after"), "60");
    // It is the name's lock: at the door too.
    log_in(&app, "ada@example.com", PASSWORD)
        .await
        .expect_status(429);
    app.advance(Duration::from_secs(61));
    change(&app, &ada, PASSWORD, NEW).await.expect_status(204);
    log_in(&app, "ada", PASSWORD).await.expect_status(401);
    log_in(&app, "ada", NEW).await.expect_status(200);
    // The other names that a new password goes by are refused, not passed over.
    for field in ["password", "newPassword"] {
        let call = change(&app, &ada, NEW, PASSWORD).with_field(field, json!(PASSWORD));
        call.await.expect_problem(400, "invalid_value");
    }
    for (body, field) in [
        (json!({ "new": NEW }), "current"),
        (json!({ "current": NEW }), "new"),
    ] {
        let missing = app
            .put("/auth/password")
            .bearer(&ada.token)
            .json(body)
            .await;
        let missing = missing.expect_problem(400, "invalid_value");
        assert_eq!(missing.json()["field"], field);
    }
}

#[tokio::test]
async fn a_notice_goes_to_the_verified_address_only() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let mut background = app.background_workers().await;
    // Nobody has proven the address: it may be anybody's.
    change(&app, &ada, PASSWORD, NEW).await.expect_status(204);
    background.run_until_idle().await;
    let notice = "Your password for Roster was changed".to_owned();
    assert!(!subjects(&background, &ada.email).contains(&notice));
    app.edit(&ada, Edit::Verified);
    app.readdress(&ada, "countess@example.com").await;
    change(&app, &ada, NEW, PASSWORD).await.expect_status(204);
    background.run_until_idle().await;
    assert!(subjects(&background, "ada@example.com").contains(&notice));
    assert!(!subjects(&background, "countess@example.com").contains(&notice));
}

#[tokio::test]
async fn an_administrator_sends_a_reset_and_learns_nothing() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.add(&ada, "grace").with_password().await;
    let path = format!("/auth/users/{}/password-reset", grace.id);
    app.post(&path).bearer(&ada.token).await.expect_status(202);
    // Until the code is used nothing changes.
    profile(&app, &grace).await.expect_status(200);
    log_in(&app, &grace.email, PASSWORD)
        .await
        .expect_status(200);
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let code = newest_code(&background, &grace.email);
    reset(&app, &code, NEW).await.expect_status(204);
    log_in(&app, &grace.email, NEW).await.expect_status(200);
    // Three mails of a kind in ten minutes.
    for expected in [202, 202, 429] {
        app.post(&path)
            .bearer(&ada.token)
            .await
            .expect_status(expected);
    }
}

#[tokio::test]
async fn a_change_ends_the_code_that_was_mailed_before() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let code = app.reset_code(&ada).await;
    change(&app, &ada, PASSWORD, NEW).await.expect_status(204);
    reset(&app, &code, "another-quiet-otter-2026")
        .await
        .expect_problem(400, "invalid_value");
    log_in(&app, "ada", NEW).await.expect_status(200);
}

/// Asking again and again ends no code that nothing follows.
#[tokio::test]
async fn the_newest_code_works_however_often_somebody_asks() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    for name in [
        "ada@example.com",
        "ada",
        "ada@example.com",
        "ada",
        "ada@example.com",
        "ada",
    ] {
        app.advance(Duration::from_secs(1));
        forgot(&app, name).await.expect_status(202);
        background.run_until_idle().await;
    }
    let code = newest_code(&background, "ada@example.com");
    reset(&app, &code, NEW).await.expect_status(204);
}

/// An address is a login name, and where a forgotten password is mailed to.
#[tokio::test]
async fn a_named_token_changes_no_address() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let call = app.post("/auth/tokens").basic("ada", PASSWORD);
    let token = call.json(json!({ "name": "nightly report" })).await;
    let token = token.expect_status(201).json()["token"].clone();
    let token = token.as_str().unwrap();
    let profile = |body| app.put("/v2/user").bearer(token).json(body);
    let refused = profile(json!({ "email1": "thief@example.com" })).await;
    refused.expect_status(403);
    profile(json!({ "user_alias": "Countess" }))
        .await
        .expect_status(200);
    let path = format!("/api/v2/users/{}", ada.id);
    let member = app.put(&path).bearer(token);
    let member = member.json(json!({ "email": "thief@example.com" })).await;
    member.expect_status(403);
}
