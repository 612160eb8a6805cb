//! `/auth/account` and `/auth/me`

use super::super::{
    BATCH, BY_PASSWORD, BY_TOKEN, GET, Operation, QUERY, TRANSACT,
    Target::{Member, Nobody},
    UPDATE, by_role,
};
use crate::testkit::PASSWORD;
use roster_domain::Role::Owner;
use serde_json::json;

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "auth-update-account",
        case: "a name",
        request: |a| {
            // Another one at another time.
            let body = json!({ "name": format!("Company at {}", a.app.now()) });
            a.patch("/auth/account").json(body)
        },
        statuses: &[(Nobody, [403, 403, 200, 200, 200])],
        rounds: &[(Nobody, &[&[GET], &[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-close-account",
        case: "one's own",
        request: |a| a.delete("/auth/account").basic(a.username(), PASSWORD),
        statuses: &[(Nobody, by_role(403, 403, 202))],
        rounds: &[(Nobody, &[&[BATCH], &[BATCH], &[UPDATE], &[UPDATE]])],
        ends_caller: true,
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "auth-remove-me",
        case: "oneself",
        request: |a| a.delete("/auth/me").basic(a.username(), PASSWORD),
        statuses: &[(Nobody, [204; 5])],
        rounds: &[
            (
                Nobody,
                &[&[BATCH], &[BATCH], &[UPDATE], &[QUERY], &[UPDATE]],
            ),
            (Member(Owner), &[&[BATCH], &[BATCH], &[UPDATE], &[TRANSACT]]),
        ],
        ends_caller: true,
        ..BY_PASSWORD
    },
];
