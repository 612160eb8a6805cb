//! `/rest/users`

use super::{
    BATCH, BY_PASSWORD, BY_TOKEN, GET, Operation, PUBLIC, Requires, TRANSACT, Target,
    Target::{Deactivated, Invited, Member, Nobody, Unknown},
    Tenancy, UPDATE,
};
use crate::testkit::{Actors, Call, PASSWORD};
use roster_domain::Role;
use serde_json::{Value, json};

const WRONG: &str = "incorrect-horse-battery-staple";

/// Nobody is shown or changed but the caller, whatever they may do.
const ONESELF_ONLY: &[(Target, [u16; 5])] = &[
    (Target::Caller, [200; 5]),
    (Member(Role::User), [403; 5]),
    (Member(Role::Admin), [403; 5]),
    (Member(Role::Owner), [403; 5]),
    (Invited, [403; 5]),
    (Deactivated(Role::User), [403; 5]),
    (Unknown, [403; 5]),
];

fn put_oneself(a: &Actors, body: Value) -> Call {
    a.put(&format!("/rest/users/{}", a.username())).json(body)
}

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "accounts-create",
        case: "an address",
        request: |a| {
            let body = json!({ "username": a.new_username(), "email": a.target.email, "password": PASSWORD });
            a.post("/rest/users").json(body)
        },
        requires: Requires::LoginByAddress,
        tenancy: Tenancy::ClaimsLogin,
        statuses: &[(Unknown, [201; 5])],
        rounds: &[(Unknown, &[&[TRANSACT]])],
        ..PUBLIC
    },
    Operation {
        endpoint: "accounts-create",
        case: "a username",
        request: |a| {
            let body = json!({ "username": a.target_username(), "email": a.new_email(), "password": PASSWORD });
            a.post("/rest/users").json(body)
        },
        requires: Requires::Username,
        tenancy: Tenancy::ClaimsLogin,
        ..PUBLIC
    },
    Operation {
        endpoint: "accounts-get",
        case: "oneself",
        request: |a| a.get(&format!("/rest/users/{}", a.username())),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "accounts-get",
        case: "oneself, by password",
        request: |a| {
            let call = a.get(&format!("/rest/users/{}", a.username()));
            call.basic(a.username(), PASSWORD)
        },
        rounds: &[(Nobody, &[&[BATCH], &[BATCH], &[UPDATE]])],
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "accounts-get",
        case: "a user",
        request: |a| a.get(&format!("/rest/users/{}", a.target_username())),
        requires: Requires::Username,
        tenancy: Tenancy::NamesAlike(403),
        statuses: ONESELF_ONLY,
        ..BY_TOKEN
    },
    Operation {
        endpoint: "accounts-get",
        case: "a user, by a wrong password",
        request: |a| {
            let call = a.get(&format!("/rest/users/{}", a.target_username()));
            call.basic(a.target_username(), WRONG)
        },
        requires: Requires::Username,
        tenancy: Tenancy::NamesAlike(401),
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "accounts-update",
        case: "nothing",
        request: |a| put_oneself(a, json!({})),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "accounts-update",
        case: "an address",
        request: |a| put_oneself(a, json!({ "email": a.target.email })),
        requires: Requires::LoginByAddress,
        tenancy: Tenancy::ClaimsLogin,
        statuses: &[(Unknown, [200; 5])],
        rounds: &[(Unknown, &[&[GET], &[GET], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "accounts-update",
        case: "an address, by password",
        request: |a| {
            let call = put_oneself(a, json!({ "email": a.target.email }));
            call.basic(a.username(), PASSWORD)
        },
        requires: Requires::LoginByAddress,
        tenancy: Tenancy::ClaimsLogin,
        rounds: &[(
            Unknown,
            &[&[BATCH], &[BATCH], &[UPDATE], &[GET], &[TRANSACT]],
        )],
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "accounts-update",
        case: "a user",
        request: |a| {
            let path = format!("/rest/users/{}", a.target_username());
            a.put(&path).json(json!({}))
        },
        requires: Requires::Username,
        tenancy: Tenancy::NamesAlike(403),
        statuses: ONESELF_ONLY,
        ..BY_TOKEN
    },
    Operation {
        endpoint: "accounts-update",
        case: "a username",
        request: |a| put_oneself(a, json!({ "username": a.target_username() })),
        requires: Requires::Username,
        tenancy: Tenancy::NamesAlike(400),
        ..BY_TOKEN
    },
];
