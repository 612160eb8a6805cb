//! `/auth/tokens`, `/auth/users/{id}/tokens`

use super::super::{
    BATCH, BY_PASSWORD, BY_TOKEN, GET, Operation, Requires,
    Target::{self, Deactivated, Invited, Member, Nobody, Unknown},
    Tenancy, UPDATE, by_role,
};
use crate::testkit::PASSWORD;
use roster_domain::Role::{Admin, Owner, User};
use serde_json::json;

const REVOKED: &[(Target, [u16; 5])] = &[
    (Target::Caller, by_role(403, 204, 204)),
    (Member(User), by_role(403, 204, 204)),
    (Member(Admin), by_role(403, 204, 204)),
    (Member(Owner), by_role(403, 403, 204)),
    (Invited, by_role(403, 204, 204)),
    (Deactivated(User), by_role(403, 204, 204)),
    (Unknown, by_role(403, 404, 404)),
];

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "auth-list-tokens",
        case: "one's own",
        request: |a| a.get("/auth/tokens"),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-create-token",
        case: "by password",
        request: |a| {
            let call = a.post("/auth/tokens").basic(a.username(), PASSWORD);
            call.json(json!({ "name": "nightly report" }))
        },
        statuses: &[(Nobody, [201; 5])],
        rounds: &[(Nobody, &[&[BATCH], &[BATCH], &[UPDATE], &[UPDATE]])],
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "auth-revoke-token",
        case: "the one that is presented",
        request: |a| a.delete("/auth/tokens/current"),
        requires: Requires::OwnToken,
        statuses: &[(Nobody, [204; 5])],
        rounds: &[(Nobody, &[&[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-revoke-token",
        case: "the one of the target",
        request: |a| a.delete(&format!("/auth/tokens/{}", a.target.token_id())),
        tenancy: Tenancy::NamesAlike(404),
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-revoke-tokens",
        case: "all others",
        request: |a| a.delete("/auth/tokens"),
        statuses: &[(Nobody, [204; 5])],
        rounds: &[(Nobody, &[&[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-revoke-user-tokens",
        case: "by id",
        request: |a| a.delete(&format!("/auth/users/{}/tokens", a.target.id)),
        tenancy: Tenancy::NamesUser {
            stranger: 404,
            colleague: 204,
        },
        statuses: REVOKED,
        rounds: &[(Member(User), &[&[GET], &[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
];
