//! `POST /user/login` with the code of an invitation or a verification. The tests play the mailer,
//! through the repository call that it uses.

use crate::support::{App, Call, PASSWORD, Person};
use roster_domain::{CODE_LIFETIME, Code, CodePurpose, Role};
use serde_json::{Value, json};
use std::time::Duration;

const WRONG: &str = "incorrect-horse-battery-staple";

/// Mails the code that was asked for: what is in the mail.
async fn mail(app: &App, purpose: CodePurpose, person: &Person) -> String {
    let (account, id) = (person.account.parse().unwrap(), person.id.parse().unwrap());
    let repository = &app.roster.repository;
    let request = repository.code_request_get(purpose, account, id).await;
    let request = request.unwrap().unwrap();
    let code = Code::generate(purpose, account, id).unwrap();
    let (hash, now) = (code.hash(), app.roster.clock.now());
    let stored = repository.code_store(&request, &hash, now);
    stored.await.unwrap();
    code.reveal()
}

async fn invitation(app: &App, person: &Person) -> String {
    mail(app, CodePurpose::Invitation, person).await
}

async fn verification(app: &App, person: &Person) -> String {
    mail(app, CodePurpose::Verification, person).await
}

fn login(app: &App, email: &str, password: &str, body: Value) -> Call {
    app.post("/user/login").basic(email, password).json(body)
}

fn accept(app: &App, person: &Person, code: &str) -> Call {
    let body = json!({ "invite": code, "register": true });
    login(app, &person.email, PASSWORD, body)
}

fn confirm(app: &App, person: &Person, code: &str) -> Call {
    login(app, &person.email, PASSWORD, json!({ "invite": code }))
}

mod invitation;
mod verification;

/// A token shows the same records whatever else is in the body: codes go with a password.
#[tokio::test]
async fn with_a_token_the_code_is_left_alone() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let call = app.post("/user/login").bearer(&ada.token);
    let reply = call.json(json!({ "invite": code })).await;
    assert_eq!(reply.expect_status(200).json()["token"], Value::Null);
    confirm(&app, &ada, &code).await.expect_status(200);
}
