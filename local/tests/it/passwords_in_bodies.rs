//! A password where none is taken is refused, by every operation that reads a body: nobody may be
//! told 200 and believe that their password is another one.

use crate::testkit::{
    Caller, PASSWORD, TestApp,
    catalogue::{self, Authentication, Operation},
    routes,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Endpoints that take a password, in the body or to know the caller by.
const TAKE_PASSWORDS: &[&str] = &[
    "accounts-create",
    "auth-change-password",
    "auth-create-token",
    "auth-reset-password",
];

/// Endpoints that anybody may call.
const PUBLIC: &[&str] = &["auth-forgot-password", "auth-undo-email"];

/// Both, and the endpoints that read no body: the body of a GET or a DELETE means nothing (RFC 9110).
fn exceptions() -> Vec<String> {
    let without_body = routes().into_iter();
    let without_body = without_body.filter(|route| ["GET", "DELETE"].contains(&&*route.method));
    let without_body = without_body.map(|route| route.binary);
    let take_passwords = TAKE_PASSWORDS
        .iter()
        .chain(PUBLIC)
        .map(|name| (*name).to_owned());
    without_body.chain(take_passwords).collect()
}

fn reads_body(operation: &Operation) -> bool {
    let by_token = operation.authentication == Authentication::Token;
    by_token && !exceptions().iter().any(|name| name == operation.endpoint)
}

/// Whether an owner, who is the last caller of all, is let through.
fn is_let_through(statuses: &[u16; Caller::ALL.len()]) -> bool {
    statuses.last().is_some_and(|status| *status < 300)
}

#[tokio::test]
async fn every_operation_refuses_a_password_that_it_does_not_take() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let mut refusing = BTreeSet::new();
    for (number, operation) in catalogue::operations().enumerate() {
        let mut targets = operation.statuses.iter();
        let fine = targets.find(|(_, statuses)| is_let_through(statuses));
        let Some((target, _)) = fine.filter(|_| reads_body(operation)) else {
            continue;
        };
        let (name, requires) = (format!("target{number}"), operation.requires);
        let actors = app.actors(&ada, *target, &name, requires).await;
        let before = app.items();
        for (field, value) in [
            ("password", json!("another-password-1843")),
            ("newPassword", json!("another-password-1843")),
            ("password", Value::Null),
        ] {
            let call = operation.call(&actors).with_field(field, value);
            let reply = call.await.expect_status(400);
            assert!(reply.text.contains(field), "{}", reply.text);
            assert!(!reply.text.contains("1843"), "{}", reply.text);
        }
        assert!(app.items() == before, "{}", operation.name());
        refusing.insert(operation.endpoint);
    }
    let in_catalogue = catalogue::operations().filter(|operation| reads_body(operation));
    let in_catalogue = in_catalogue.map(|operation| operation.endpoint);
    assert_eq!(refusing, in_catalogue.collect());
}

#[test]
fn every_endpoint_is_called_but_for_those_without_a_body_to_read() {
    let exceptions = exceptions();
    let exceptions: Vec<_> = exceptions.iter().map(String::as_str).collect();
    catalogue::expect_every_endpoint(reads_body, &exceptions);
}

#[tokio::test]
async fn a_password_is_refused_however_it_is_written() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let before = app.items();
    for body in [
        "username=ada&password=another-password-1843",
        "?&%70assword=another-password-1843",
        "+password=another-password-1843",
        "user[password]=another-password-1843",
        r#"[{"password":"another-password-1843"}]"#,
        "\u{feff}{\"password\":\"another-password-1843\"}",
    ] {
        let put = app.put("/rest/users/ada").bearer(&ada.token).form(body);
        let reply = put.await.expect_accounts_error(400);
        assert!(!reply.text.contains("1843"), "{}", reply.text);
    }
    let create = app.post("/rest/users").json(json!({
        "username": "grace", "email": "grace@example.com", "password": PASSWORD, "newPassword": "x",
    }));
    let reply = create.await.expect_accounts_error(400);
    assert!(reply.text.contains("newPassword"), "{}", reply.text);
    let put = app.put("/v2/user").bearer(&ada.token);
    let put = put.body(r#"[{"\u0070assword":"x"}]"#);
    put.await.expect_profile_error(400, "INVALID_PASSWORD");
    assert!(app.items() == before);
    app.login("ada").await;
}

/// Other fields that nobody knows are ignored, whatever they are called.
#[tokio::test]
async fn other_unknown_fields_are_ignored() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let put = app.put("/v2/user").bearer(&ada.token);
    let body = json!({ "user_alias": "Countess", "passwordHint": "a", "Password": "b" });
    put.json(body).await.expect_status(200);
}
