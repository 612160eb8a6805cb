//! `/v2/user`

use super::{
    BY_TOKEN, GET, Operation, Requires, TRANSACT, Target::Nobody, Target::Unknown, Tenancy, UPDATE,
};
use serde_json::json;

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "profile-get",
        case: "oneself",
        request: |a| a.get("/v2/user"),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "profile-update",
        case: "a name",
        request: |a| a.put("/v2/user").json(json!({ "user_alias": "Countess" })),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "profile-update",
        case: "an address",
        request: |a| a.put("/v2/user").json(json!({ "email1": a.target.email })),
        requires: Requires::LoginByAddress,
        tenancy: Tenancy::ClaimsLogin,
        statuses: &[(Unknown, [200; 5])],
        rounds: &[(Unknown, &[&[GET], &[GET], &[TRANSACT]])],
        ..BY_TOKEN
    },
];
