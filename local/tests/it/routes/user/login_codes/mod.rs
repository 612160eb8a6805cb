//! `POST /user/login` with the code of an invitation or a verification. The tests play the mailer,
//! through the repository call that it uses.

use crate::testkit::{Call, PASSWORD, Person, TestApp, at_once};
use roster_domain::{CODE_LIFETIME, CodePurpose, Role};
use serde_json::{Value, json};
use std::time::Duration;

const WRONG: &str = "incorrect-horse-battery-staple";

async fn invitation(app: &TestApp, person: &Person) -> String {
    app.mailed_code(CodePurpose::Invitation, person).await
}

async fn verification(app: &TestApp, person: &Person) -> String {
    app.mailed_code(CodePurpose::Verification, person).await
}

fn login(app: &TestApp, email: &str, password: &str, body: Value) -> Call {
    app.post("/user/login").basic(email, password).json(body)
}

fn accept(app: &TestApp, person: &Person, code: &str) -> Call {
    let body = json!({ "invite": code, "register": true });
    login(app, &person.email, PASSWORD, body)
}

fn confirm(app: &TestApp, person: &Person, code: &str) -> Call {
    login(app, &person.email, PASSWORD, json!({ "invite": code }))
}

mod invitation;
mod verification;

/// A token shows the same records whatever else is in the body: codes go with a password.
#[tokio::test]
async fn a_code_sent_with_a_token_is_not_used_up() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let call = app.post("/user/login").bearer(&ada.token);
    let reply = call.json(json!({ "invite": code })).await;
    assert_eq!(reply.expect_status(200).json()["token"], Value::Null);
    confirm(&app, &ada, &code).await.expect_status(200);
}
