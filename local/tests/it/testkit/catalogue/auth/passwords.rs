//! `/auth/password…`, `/auth/email/undo`, and an administrator's reset.

use super::super::{
    BATCH, BY_TOKEN, GET, Operation, PUBLIC, Requires, TRANSACT, Target,
    Target::{Deactivated, Invited, Member, Nobody, Unknown},
    Tenancy, UPDATE,
};
use crate::testkit::PASSWORD;
use roster_domain::Role::{Admin, Owner, User};
use serde_json::json;

//                          user manager all admin owner
#[rustfmt::skip]
const RESET_SENT: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [403, 202, 202, 202, 202]),
    (Member(User),         [403, 202, 202, 202, 202]),
    (Member(Admin),        [403, 403, 403, 202, 202]),
    (Member(Owner),        [403, 403, 403, 403, 202]),
    (Invited,              [403, 409, 409, 409, 409]),
    (Deactivated(User),    [403, 409, 409, 409, 409]),
    (Unknown,              [403, 404, 404, 404, 404]),
];

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "auth-forgot-password",
        case: "by address",
        request: |a| {
            let call = a.post("/auth/password/forgot");
            call.json(json!({ "email": a.target.email }))
        },
        tenancy: Tenancy::NamesAlike(202),
        statuses: &[(Unknown, [202; 5])],
        rounds: &[(Member(User), &[&[UPDATE]]), (Unknown, &[&[UPDATE]])],
        ..PUBLIC
    },
    Operation {
        endpoint: "auth-forgot-password",
        case: "by username",
        request: |a| {
            let call = a.post("/auth/password/forgot");
            call.json(json!({ "username": a.target_username() }))
        },
        requires: Requires::Username,
        tenancy: Tenancy::NamesAlike(202),
        statuses: &[(Unknown, [202; 5])],
        rounds: &[(Member(User), &[&[UPDATE]])],
        ..PUBLIC
    },
    Operation {
        endpoint: "auth-reset-password",
        case: "with a code",
        request: |a| {
            let call = a.post("/auth/password/reset");
            call.json(json!({ "code": a.code, "password": PASSWORD }))
        },
        requires: Requires::ResetCode,
        rounds: &[(Member(User), &[&[BATCH], &[TRANSACT]])],
        ..PUBLIC
    },
    Operation {
        endpoint: "auth-reset-password",
        case: "with a code that was never mailed",
        request: |a| {
            let call = a.post("/auth/password/reset");
            call.json(json!({ "code": "rsr_code", "password": PASSWORD }))
        },
        statuses: &[(Nobody, [400; 5])],
        ..PUBLIC
    },
    Operation {
        endpoint: "auth-change-password",
        case: "by the current one",
        request: |a| {
            let call = a.put("/auth/password");
            call.json(json!({ "current": PASSWORD, "new": PASSWORD }))
        },
        tenancy: Tenancy::NamesAlike(204),
        rounds: &[(Nobody, &[&[GET], &[BATCH], &[UPDATE], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-change-password",
        case: "by a wrong one",
        request: |a| {
            let call = a.put("/auth/password");
            call.json(json!({ "current": "wrong", "new": PASSWORD }))
        },
        tenancy: Tenancy::NamesAlike(401),
        statuses: &[(Nobody, [401; 5])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-send-reset",
        case: "a mail",
        request: |a| a.post(&format!("/auth/users/{}/password-reset", a.target.id)),
        tenancy: Tenancy::NamesUser {
            stranger: 404,
            colleague: 202,
        },
        statuses: RESET_SENT,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-undo-email",
        case: "with a code",
        request: |a| a.post("/auth/email/undo").json(json!({ "code": a.code })),
        requires: Requires::UndoCode,
        rounds: &[(Member(User), &[&[BATCH], &[TRANSACT]])],
        ..PUBLIC
    },
    Operation {
        endpoint: "auth-undo-email",
        case: "with a code that was never mailed",
        request: |a| {
            let call = a.post("/auth/email/undo");
            call.json(json!({ "code": "rsu_code" }))
        },
        statuses: &[(Nobody, [400; 5])],
        ..PUBLIC
    },
];
