//! A stolen token alone takes over nothing for good. The thief sends every request that takes a token,
//! about the victim and about somebody else; then the victim comes, who has the mails of the address that
//! was verified, and nothing else.

use crate::testkit::{
    BackgroundWorkers, PASSWORD, Person, Target, TestApp,
    catalogue::{self, Authentication, Operation},
    code_in,
};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::time::Duration;

const NEW: &str = "seven-quiet-otters-2026";

/// It removes the victim: that is a loss, but takes over nothing.
const REMOVES: &str = "directory-remove";

/// The owner of an account, with a verified address and a username.
async fn victim(app: &TestApp, name: &str) -> Person {
    let victim = app.owner(name).await;
    let code = app.mailed_code(CodePurpose::Verification, &victim).await;
    let call = app.post("/user/login").basic(&victim.email, PASSWORD);
    let confirmed = call.json(json!({ "invite": code })).await;
    let token = &confirmed.expect_status(200).json()["token"]["token"];
    Person {
        token: token.as_str().unwrap().to_owned(),
        ..victim
    }
}

/// All codes that came to an address, the newest first.
fn codes(background: &BackgroundWorkers, email: &str) -> Vec<String> {
    let mails = background.aws.mails_to(email);
    let codes = mails.iter().rev().filter_map(code_in);
    codes.map(str::to_owned).collect()
}

/// With the mails of the verified address alone the victim is where they were, and the thief nowhere.
async fn recover(app: &TestApp, background: &mut BackgroundWorkers, victim: &Person, what: &str) {
    background.run_until_idle().await;
    let undo = codes(background, &victim.email);
    if let Some(code) = undo.iter().find(|code| code.starts_with("rsu_")) {
        let undo = app.post("/auth/email/undo").json(json!({ "code": code }));
        assert_eq!(undo.await.status, 204, "{what}");
    }
    app.advance(Duration::from_secs(3600));
    let forgot = app.post("/auth/password/forgot");
    let forgot = forgot.json(json!({ "email": victim.email })).await;
    forgot.expect_status(202);
    background.run_until_idle().await;
    let code = codes(background, &victim.email)[0].clone();
    assert!(code.starts_with("rsr_"), "{what}");
    let body = json!({ "code": code, "password": NEW });
    let reset = app.post("/auth/password/reset").json(body).await;
    assert_eq!(reset.status, 204, "{what}: {reply}", reply = reset.text);
    let stolen = app.get("/v2/user").bearer(&victim.token).await;
    assert_eq!(stolen.status, 401, "{what}");
    let login = app.post("/user/login").basic(&victim.email, NEW).await;
    let login = login.expect_status(200).json();
    assert_eq!(login["user"]["email"], victim.email.as_str(), "{what}");
    assert_eq!(login["user"]["role"], "owner", "{what}");
    assert_eq!(login["account"]["closed"], false, "{what}");
    // Nothing else opens the door: no token but this one.
    let token = login["token"]["token"].as_str().unwrap();
    let tokens = app.get("/auth/tokens").bearer(token).await.json();
    let tokens: Vec<&Value> = tokens.as_array().unwrap().iter().collect();
    assert_eq!(tokens.len(), 1, "{what}: {tokens:?}");
}

fn takes_token(operation: &Operation) -> bool {
    operation.authentication == Authentication::Token
}

#[tokio::test]
async fn a_thief_of_a_token_gets_nothing_that_lasts() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let mut number = 0;
    for operation in catalogue::operations().filter(|operation| takes_token(operation)) {
        for target in [Target::Caller, Target::Member(Role::User)] {
            number += 1;
            let victim = victim(&app, &format!("victim{number}")).await;
            let what = format!("{} of {target:?}", operation.name());
            let name = format!("target{number}");
            let actors = app.actors(&victim, target, &name, operation.requires).await;
            let reply = operation.call(&actors).await;
            let is_gone = app.user(&victim).await.is_none();
            if is_gone {
                assert_eq!(operation.endpoint, REMOVES, "{what}");
                continue;
            }
            if reply.status < 300 {
                recover(&app, &mut background, &victim, &what).await;
            }
        }
    }
}

/// One thing after the other, as far as a token goes.
#[tokio::test]
async fn a_thief_who_is_patient_gets_no_further() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let victim = victim(&app, "ada").await;
    let thief = |email: &str| {
        let call = app.put("/v2/user").bearer(&victim.token);
        call.json(json!({ "email1": email }))
    };
    for email in [
        "thief@example.com",
        "second@example.com",
        "thief@example.com",
    ] {
        thief(email).await.expect_status(200);
        background.run_until_idle().await;
        app.advance(Duration::from_secs(3600));
    }
    // The code that came to the thief confirms nothing without the password.
    let code = codes(&background, "thief@example.com")[0].clone();
    let call = app.post("/user/login").basic("thief@example.com", "guess");
    call.json(json!({ "invite": code }))
        .await
        .expect_status(401);
    // A reset goes to where the victim reads it.
    for name in [
        json!({ "email": "thief@example.com" }),
        json!({ "username": "ada" }),
    ] {
        app.post("/auth/password/forgot")
            .json(name)
            .await
            .expect_status(202);
        app.advance(Duration::from_secs(3600));
        background.run_until_idle().await;
    }
    let thiefs = codes(&background, "thief@example.com");
    assert!(
        thiefs.iter().all(|code| code.starts_with("rsv_")),
        "{thiefs:?}"
    );
    // What takes a password takes no token.
    let by_token = [
        app.post("/auth/tokens").json(json!({ "name": "thief" })),
        app.call("DELETE", "/auth/me"),
        app.call("DELETE", "/auth/account"),
    ];
    for call in by_token {
        call.bearer(&victim.token).await.expect_status(401);
    }
    recover(&app, &mut background, &victim, "all of it").await;
}
