//! Authentication comes first: whoever is not authenticated costs one read by key, and learns
//! nothing. Every operation is called with tokens that never worked, that were revoked, that expired.

use crate::support::{App, Call, Person, operations};
use roster_domain::{Role, Token};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// Operation, and a request of it that asks for as much as it can.
type Row = (&'static str, fn(&App, &Person) -> Call);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("profile-get", |app, _| app.get("/v2/user")),
    ("profile-update", |app, _| app.put("/v2/user").json(json!({ "email1": "new@example.com" }))),
    ("directory-create", |app, _| app.post("/user/create").json(json!({ "email": "new@example.com", "role": "owner", "sendInvite": true }))),
    ("directory-get", |app, x| app.post("/user/get").json(json!({ "id": x.id }))),
    ("directory-get", |app, x| app.post("/user/get").json(json!({ "email": x.email }))),
    ("directory-find", |app, _| app.post("/user/find")),
    ("directory-find", |app, x| app.post("/user/find").json(json!({ "email": x.email }))),
    ("directory-login", |app, _| app.post("/user/login")),
    ("directory-remove", |app, x| app.post("/user/remove").json(json!({ "email": x.email }))),
    ("directory-update", |app, x| app.post("/user/update").json(json!({ "id": x.id, "email": "new@example.com" }))),
    ("directory-update-role", |app, x| app.post("/user/updateRole").json(json!({ "id": x.id, "role": "owner", "sendInvite": true }))),
    ("members-list", |app, _| app.get("/api/v2/users")),
    ("members-list", |app, _| app.get("/api/v2/users/")),
    ("members-get", |app, x| app.get(&format!("/api/v2/users/{}", x.id))),
    ("members-invite", |app, _| app.post("/api/v2/users").json(json!({ "email": "new@example.com" }))),
    ("members-update", |app, x| app.put(&format!("/api/v2/users/{}", x.id)).json(json!({ "email": "new@example.com" }))),
    ("members-set-permissions", |app, x| app.post(&format!("/api/v2/users/{}/perms", x.id)).json(json!({ "addBeacons": true }))),
    ("members-activate", |app, x| app.post(&format!("/api/v2/users/{}/activate", x.id))),
    ("members-deactivate", |app, x| app.post(&format!("/api/v2/users/{}/deactivate", x.id))),
    ("accounts-get", |app, _| app.get("/rest/users/ada")),
    ("accounts-update", |app, _| app.put("/rest/users/ada").json(json!({ "email": "new@example.com" }))),
];

/// The one operation that no token is for.
const PUBLIC: &str = "accounts-create";

#[test]
fn every_operation_is_in_the_table() {
    let mut listed: BTreeSet<_> = TABLE.iter().map(|(operation, _)| *operation).collect();
    listed.insert(PUBLIC);
    assert_eq!(listed, operations());
}

/// The sort keys of the rows that a read asks for.
fn keys(body: &Value) -> Vec<(String, String)> {
    let key = |at: &Value| {
        let part = |name: &str| at[name]["S"].as_str().unwrap().to_owned();
        (part("PK"), part("SK"))
    };
    if body["Key"].is_object() {
        return vec![key(&body["Key"])];
    }
    let tables = body["RequestItems"].as_object().unwrap().values();
    tables
        .flat_map(|table| table["Keys"].as_array().unwrap().iter().map(key))
        .collect()
}

#[tokio::test]
async fn a_token_that_does_not_work_costs_one_read_of_rows_by_key_and_gets_401() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    app.copies(&alan, 1000);
    let (account, user) = (ada.account.parse().unwrap(), ada.id.parse().unwrap());
    let forged = Token::generate(account, user).unwrap().token.reveal();
    let revoked = app.member(&ada, "revoked", Role::Owner).await;
    for to in ["deactivate", "activate"] {
        let path = format!("/api/v2/users/{}/{to}", revoked.id);
        let call = app.post(&path).bearer(&ada.token);
        call.await.expect_status(200);
    }
    let expired = app.member_with(&ada, "expired", Role::Owner, |user| {
        for validity in user.tokens.values_mut() {
            validity.expires = validity.issued;
        }
    });
    let expired = expired.await;
    app.advance(Duration::from_secs(7200));
    let before = app.items();
    for (operation, call) in TABLE {
        for (what, holder, token) in [
            ("forged", &ada, &forged),
            ("revoked", &revoked, &revoked.token),
            ("expired", &expired, &expired.token),
        ] {
            let call = call(&app, &alan).bearer(token);
            let (reply, asked) = app.requests(call.into_future()).await;
            reply.expect_status(401);
            let what = format!("{operation}, {what}: {asked:?}");
            let [(read, body)] = &asked[..] else {
                panic!("{what}")
            };
            assert!(
                ["GetItem", "BatchGetItem"].contains(&read.as_str()),
                "{what}"
            );
            // The row of the credential, with what the request itself names by its key: one call.
            let partition = format!("ACCOUNT#{}", holder.account);
            let keys = keys(body);
            assert!(keys.iter().all(|(pk, _)| *pk == partition), "{what}");
            let caller = format!("USER#{}", holder.id);
            assert!(keys.iter().any(|(_, sk)| *sk == caller), "{what}");
            assert!(keys.len() <= 3, "{what}");
        }
    }
    assert!(app.items() == before);
}

/// A body that cannot be read tells nothing to who is not authenticated.
#[tokio::test]
async fn who_is_not_authenticated_hears_of_nothing_else() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    for (operation, call) in TABLE {
        for body in ["{", "[1]", r#"{"password":"x","email":7,"id":7}"#] {
            let call = call(&app, &ada).body(body).bearer("rst_nothing");
            let (reply, asked) = app.asked(call.into_future()).await;
            assert_eq!(reply.status, 401, "{operation}");
            assert!(asked.is_empty(), "{operation}");
        }
    }
}
