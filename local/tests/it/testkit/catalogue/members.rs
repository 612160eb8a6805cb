//! `/api/v2/users`

use super::{
    BATCH, BY_TOKEN, GET, Operation, QUERY, TRANSACT, Target,
    Target::{Deactivated, Invited, Member, Nobody, Unknown, Withdrawn},
    Tenancy, UPDATE,
};
use crate::testkit::{Actors, Call};
use roster_domain::Role::{Admin, Owner, User};
use serde_json::{Value, json};

const NAMES_MEMBER: Tenancy = Tenancy::NamesUser {
    stranger: 404,
    colleague: 200,
};

fn path(a: &Actors, suffix: &str) -> String {
    format!("/api/v2/users/{}{suffix}", a.target.id)
}

fn set_permissions(a: &Actors, body: Value) -> Call {
    a.post(&path(a, "/perms")).json(body)
}

//                          user manager all admin owner
#[rustfmt::skip]
const SHOWN: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [200, 200, 200, 200, 200]),
    (Member(User),         [200, 200, 200, 200, 200]),
    (Member(Admin),        [200, 200, 200, 200, 200]),
    (Member(Owner),        [200, 200, 200, 200, 200]),
    (Invited,              [200, 200, 200, 200, 200]),
    (Deactivated(User),    [200, 200, 200, 200, 200]),
    (Unknown,              [404, 404, 404, 404, 404]),
];

#[rustfmt::skip]
const INVITED: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [403, 409, 409, 409, 409]),
    (Member(User),         [403, 409, 409, 409, 409]),
    (Member(Admin),        [403, 409, 409, 409, 409]),
    (Member(Owner),        [403, 409, 409, 409, 409]),
    (Invited,              [403, 200, 200, 200, 200]),
    (Deactivated(User),    [403, 409, 409, 409, 409]),
    (Unknown,              [403, 200, 200, 200, 200]),
];

#[rustfmt::skip]
const UPDATED: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [200, 200, 200, 200, 200]),
    (Member(User),         [403, 200, 200, 200, 200]),
    (Member(Admin),        [403, 403, 403, 200, 200]),
    (Member(Owner),        [403, 403, 403, 403, 200]),
    (Invited,              [403, 200, 200, 200, 200]),
    (Deactivated(User),    [403, 200, 200, 200, 200]),
    (Unknown,              [403, 404, 404, 404, 404]),
];

/// Of a permission that a manager holds; and taken away, of any.
#[rustfmt::skip]
const SET_HELD: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [403, 403, 403, 403, 403]),
    (Member(User),         [403, 200, 200, 200, 200]),
    (Member(Admin),        [403, 403, 403, 409, 409]),
    (Member(Owner),        [403, 403, 403, 403, 409]),
    (Invited,              [403, 200, 200, 200, 200]),
    (Deactivated(User),    [403, 200, 200, 200, 200]),
    (Unknown,              [403, 404, 404, 404, 404]),
];

/// Of a permission that a manager does not hold.
#[rustfmt::skip]
const GRANTED_UNHELD: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [403, 403, 403, 403, 403]),
    (Member(User),         [403, 403, 200, 200, 200]),
    (Member(Admin),        [403, 403, 403, 409, 409]),
    (Member(Owner),        [403, 403, 403, 403, 409]),
    (Invited,              [403, 403, 200, 200, 200]),
    (Deactivated(User),    [403, 403, 200, 200, 200]),
    (Unknown,              [403, 403, 404, 404, 404]),
];

#[rustfmt::skip]
const ACTIVATED: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [403, 200, 200, 200, 200]),
    (Member(User),         [403, 200, 200, 200, 200]),
    (Member(Admin),        [403, 403, 403, 200, 200]),
    (Member(Owner),        [403, 403, 403, 403, 200]),
    (Invited,              [403, 200, 200, 200, 200]),
    (Deactivated(User),    [403, 200, 200, 200, 200]),
    (Deactivated(Admin),   [403, 403, 403, 200, 200]),
    (Deactivated(Owner),   [403, 403, 403, 403, 200]),
    (Withdrawn,            [403, 200, 200, 200, 200]),
    (Unknown,              [403, 404, 404, 404, 404]),
];

#[rustfmt::skip]
const DEACTIVATED: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [403, 409, 409, 409, 409]),
    (Member(User),         [403, 200, 200, 200, 200]),
    (Member(Admin),        [403, 403, 403, 200, 200]),
    (Member(Owner),        [403, 403, 403, 403, 200]),
    (Invited,              [403, 200, 200, 200, 200]),
    (Deactivated(User),    [403, 200, 200, 200, 200]),
    (Unknown,              [403, 404, 404, 404, 404]),
];

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "members-list",
        case: "a page",
        request: |a| a.get("/api/v2/users"),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[QUERY]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-list",
        case: "a page, with a slash at the end of the path",
        request: |a| a.get("/api/v2/users/"),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[QUERY]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-list",
        case: "the next page",
        request: |a| a.get(&format!("/api/v2/users?limit=2&cursor={}", a.target.next())),
        tenancy: Tenancy::NamesAlike(200),
        statuses: &[(Unknown, [200; 5])],
        rounds: &[(Unknown, &[&[GET], &[QUERY]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-get",
        case: "by id",
        request: |a| a.get(&path(a, "")),
        tenancy: NAMES_MEMBER,
        statuses: SHOWN,
        rounds: &[(Member(User), &[&[GET], &[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-invite",
        case: "an address",
        request: |a| {
            a.post("/api/v2/users")
                .json(json!({ "email": a.target.email }))
        },
        tenancy: Tenancy::AddsAddress,
        statuses: INVITED,
        rounds: &[
            (Unknown, &[&[GET], &[BATCH], &[TRANSACT]]),
            (Invited, &[&[GET], &[BATCH], &[TRANSACT]]),
        ],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-update",
        case: "a name",
        request: |a| a.put(&path(a, "")).json(json!({ "firstName": "Ida" })),
        tenancy: NAMES_MEMBER,
        statuses: UPDATED,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-update",
        case: "an address, with PATCH",
        request: |a| {
            a.patch(&path(a, ""))
                .json(json!({ "email": a.new_email() }))
        },
        tenancy: NAMES_MEMBER,
        statuses: UPDATED,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-update",
        case: "one's own address",
        request: |a| {
            let path = format!("/api/v2/users/{}", a.caller.id);
            a.put(&path).json(json!({ "email": a.target.email }))
        },
        requires: super::Requires::LoginByAddress,
        tenancy: Tenancy::ClaimsLogin,
        statuses: &[(Unknown, [200; 5])],
        rounds: &[(Unknown, &[&[GET], &[GET], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-set-permissions",
        case: "grants one that a manager holds",
        request: |a| set_permissions(a, json!({ "viewMetrics": true })),
        tenancy: NAMES_MEMBER,
        statuses: SET_HELD,
        rounds: &[(Member(User), &[&[GET], &[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-set-permissions",
        case: "grants one that a manager does not hold",
        request: |a| set_permissions(a, json!({ "addBeacons": true })),
        tenancy: NAMES_MEMBER,
        statuses: GRANTED_UNHELD,
        rounds: &[(Member(User), &[&[GET], &[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-set-permissions",
        case: "takes away one that a manager does not hold",
        request: |a| set_permissions(a, json!({ "addBeacons": false })),
        tenancy: NAMES_MEMBER,
        statuses: SET_HELD,
        rounds: &[(Member(User), &[&[GET], &[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-activate",
        case: "by id",
        request: |a| a.post(&path(a, "/activate")),
        tenancy: NAMES_MEMBER,
        statuses: ACTIVATED,
        rounds: &[
            (Deactivated(User), &[&[GET], &[GET], &[TRANSACT]]),
            (Member(User), &[&[GET], &[GET], &[TRANSACT]]),
        ],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "members-deactivate",
        case: "by id",
        request: |a| a.post(&path(a, "/deactivate")),
        tenancy: NAMES_MEMBER,
        statuses: DEACTIVATED,
        rounds: &[
            (Member(User), &[&[GET], &[GET], &[UPDATE]]),
            (Member(Owner), &[&[GET], &[GET], &[TRANSACT]]),
        ],
        ..BY_TOKEN
    },
];
