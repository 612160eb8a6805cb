//! `/auth/me`, `/auth/users`, `/auth/invitations`

use super::super::{
    BATCH, BY_TOKEN, GET, Operation, QUERY, TRANSACT,
    Target::{self, Deactivated, Invited, Member, Nobody, Unknown},
    Tenancy,
};
use roster_domain::Role::{Admin, Owner, User};

/// Of a user manager, whatever else they may do.
const MANAGED: [u16; 5] = [403, 200, 200, 200, 200];

//                          user manager all admin owner
#[rustfmt::skip]
const REVOKED: &[(Target, [u16; 5])] = &[
    (Target::Caller,       [403, 404, 404, 404, 404]),
    (Member(User),         [403, 404, 404, 404, 404]),
    (Member(Admin),        [403, 404, 404, 404, 404]),
    (Member(Owner),        [403, 404, 404, 404, 404]),
    (Invited,              [403, 204, 204, 204, 204]),
    (Deactivated(User),    [403, 404, 404, 404, 404]),
    (Unknown,              [403, 404, 404, 404, 404]),
];

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "auth-get-me",
        case: "oneself",
        request: |a| a.get("/auth/me"),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[BATCH]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-list-users",
        case: "a page",
        request: |a| a.get("/auth/users?limit=2"),
        statuses: &[(Nobody, MANAGED)],
        rounds: &[(Member(User), &[&[GET], &[GET], &[QUERY], &[BATCH]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-list-users",
        case: "the next page",
        request: |a| a.get(&format!("/auth/users?limit=2&cursor={}", a.target.next())),
        tenancy: Tenancy::NamesAlike(200),
        statuses: &[(Unknown, MANAGED)],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-list-invitations",
        case: "a page",
        request: |a| a.get("/auth/invitations?limit=2"),
        statuses: &[(Nobody, MANAGED)],
        rounds: &[(Invited, &[&[GET], &[QUERY], &[BATCH]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-list-invitations",
        case: "the next page",
        request: |a| {
            let path = format!("/auth/invitations?limit=2&cursor={}", a.target.next());
            a.get(&path)
        },
        tenancy: Tenancy::NamesAlike(200),
        statuses: &[(Unknown, MANAGED)],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "auth-revoke-invitation",
        case: "by id",
        request: |a| a.delete(&format!("/auth/invitations/{}", a.target.id)),
        tenancy: Tenancy::NamesAlike(404),
        statuses: REVOKED,
        rounds: &[(Invited, &[&[GET], &[BATCH], &[TRANSACT]])],
        ..BY_TOKEN
    },
];
