//! Authentication comes first: an unauthenticated caller costs the row of their own credential, and
//! learns nothing. Every operation is called with tokens that never worked, that were revoked, that
//! expired.

use crate::testkit::{
    Actors, Person, TestApp, account_key,
    catalogue::{self, Authentication, Operation},
    user_key,
};
use roster_domain::Role;
use serde_json::json;
use std::time::Duration;

fn takes_token(operation: &Operation) -> bool {
    operation.authentication == Authentication::Token
}

/// The endpoints that no token is for.
const WITHOUT_TOKEN: &[&str] = &[
    "accounts-create",
    "auth-close-account",
    "auth-create-token",
    "auth-forgot-password",
    "auth-remove-me",
    "auth-reset-password",
    "auth-undo-email",
];

#[test]
fn every_endpoint_takes_a_token() {
    catalogue::expect_every_endpoint(takes_token, WITHOUT_TOKEN);
}

/// Requests of `caller`, about a user who exists.
async fn actors<'a>(app: &'a TestApp, caller: &Person) -> Actors<'a> {
    let target = app.add(caller, "alan").username("alan").await;
    Actors {
        app,
        caller: caller.clone(),
        target,
        code: String::new(),
    }
}

#[tokio::test]
async fn a_token_that_does_not_work_costs_the_row_that_it_names_and_gets_401() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let actors = actors(&app, &ada).await;
    app.copies(&actors.target, 1000);
    let forged = Person {
        token: app.forged_token(&ada),
        ..ada.clone()
    };
    let revoked = app.member(&ada, "revoked", Role::Owner).await;
    for to in ["deactivate", "activate"] {
        let path = format!("/api/v2/users/{}/{to}", revoked.id);
        let call = app.post(&path).bearer(&ada.token);
        call.await.expect_status(200);
    }
    let expired = app.add(&ada, "expired").role(Role::Owner);
    let expired = expired.with_expired_token().await;
    app.advance(Duration::from_secs(7200));
    let before = app.items();
    for operation in catalogue::operations().filter(|operation| takes_token(operation)) {
        for (kind, holder) in [
            ("forged", &forged),
            ("revoked", &revoked),
            ("expired", &expired),
        ] {
            let call = (operation.request)(&actors).bearer(&holder.token);
            let (reply, requests) = app.requests(call).await;
            reply.expect_status(401);
            let what = format!("{}, {kind}: {requests:?}", operation.name());
            let [request] = &requests[..] else {
                panic!("{what}")
            };
            assert_eq!(request.operation, "GetItem", "{what}");
            let row = json!({
                "PK": { "S": account_key(&holder.account) },
                "SK": { "S": user_key(&holder.id) },
            });
            assert_eq!(request.body["Key"], row, "{what}");
        }
    }
    assert!(app.items() == before);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_tells_an_unauthenticated_caller_nothing() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let actors = actors(&app, &ada).await;
    for operation in catalogue::operations().filter(|operation| takes_token(operation)) {
        for body in ["{", "[1]", r#"{"password":"x","email":7,"id":7}"#] {
            let call = (operation.request)(&actors).body(body);
            let (reply, asked) = app.operations(call.bearer("rst_nothing")).await;
            assert_eq!(reply.status, 401, "{}", operation.name());
            assert!(asked.is_empty(), "{}", operation.name());
        }
    }
}
