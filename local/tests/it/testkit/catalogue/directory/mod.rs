//! `/user/…`

mod statuses;

use super::{
    BATCH, BY_PASSWORD, BY_TOKEN, GET, Operation, QUERY, Requires, TRANSACT,
    Target::{Invited, Member, Nobody, Unknown},
    Tenancy::{self, NamesAlike, NamesUser},
    UPDATE, by_role,
};
use crate::testkit::{Actors, Call, PASSWORD};
use roster_domain::Role::{Owner, User};
use serde_json::{Value, json};
use statuses::{FOUND, MADE_OWNER, MADE_USER_OR_ADMIN, REMOVED, SHOWN, UPDATED};

const WRONG: &str = "incorrect-horse-battery-staple";

const NAMES_USER: Tenancy = NamesUser {
    stranger: 404,
    colleague: 200,
};

const REMOVES_USER: Tenancy = NamesUser {
    stranger: 404,
    colleague: 204,
};

fn id(a: &Actors) -> Value {
    json!({ "id": a.target.id })
}

fn email(a: &Actors) -> Value {
    json!({ "email": a.target.email })
}

fn id_and_email(a: &Actors) -> Value {
    json!({ "id": a.target.id, "email": a.target.email })
}

fn create(a: &Actors, role: &str) -> Call {
    let body = json!({ "email": a.target.email, "role": role });
    a.post("/user/create").json(body)
}

fn update_role(a: &Actors, role: &str) -> Call {
    let body = json!({ "id": a.target.id, "role": role });
    a.post("/user/updateRole").json(body)
}

pub const OPERATIONS: &[Operation] = &[
    Operation {
        endpoint: "directory-create",
        case: "a user",
        request: |a| create(a, "user"),
        tenancy: Tenancy::AddsAddress,
        statuses: &[(Unknown, by_role(403, 200, 200))],
        rounds: &[(Unknown, &[&[GET], &[GET], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-create",
        case: "an admin",
        request: |a| create(a, "admin"),
        tenancy: Tenancy::AddsAddress,
        statuses: &[(Unknown, by_role(403, 200, 200))],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-create",
        case: "an owner",
        request: |a| create(a, "owner"),
        tenancy: Tenancy::AddsAddress,
        statuses: &[(Unknown, by_role(403, 403, 200))],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-create",
        case: "a user, with an invitation",
        request: |a| {
            let body = json!({ "email": a.target.email, "role": "user", "sendInvite": true });
            a.post("/user/create").json(body)
        },
        tenancy: Tenancy::AddsAddress,
        statuses: &[(Unknown, by_role(403, 200, 200))],
        rounds: &[(Unknown, &[&[GET], &[GET], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-get",
        case: "oneself",
        request: |a| a.post("/user/get").json(json!({})),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-get",
        case: "by id",
        request: |a| a.post("/user/get").json(id(a)),
        tenancy: NAMES_USER,
        statuses: SHOWN,
        rounds: &[(Member(User), &[&[GET], &[BATCH]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-get",
        case: "by address",
        request: |a| a.post("/user/get").json(email(a)),
        tenancy: NAMES_USER,
        statuses: SHOWN,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-get",
        case: "by id and address",
        request: |a| a.post("/user/get").json(id_and_email(a)),
        tenancy: NAMES_USER,
        statuses: SHOWN,
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-get",
        case: "by one's own id and another address",
        request: |a| {
            let body = json!({ "id": a.caller.id, "email": a.target.email });
            a.post("/user/get").json(body)
        },
        tenancy: NamesAlike(404),
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "a page",
        request: |a| a.post("/user/find").json(json!({})),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[GET], &[QUERY]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "by id",
        request: |a| a.post("/user/find").json(id(a)),
        tenancy: NamesAlike(200),
        statuses: FOUND,
        rounds: &[(Member(User), &[&[GET], &[BATCH]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "by address",
        request: |a| a.post("/user/find").json(email(a)),
        tenancy: NamesAlike(200),
        statuses: FOUND,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "by id and address",
        request: |a| a.post("/user/find").json(id_and_email(a)),
        tenancy: NamesAlike(200),
        statuses: FOUND,
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "the next page",
        request: |a| {
            let body = json!({ "next": a.target.next(), "limit": 2 });
            a.post("/user/find").json(body)
        },
        tenancy: NamesAlike(200),
        statuses: &[(Unknown, [200; 5])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "the previous page",
        request: |a| {
            let body = json!({ "prev": a.target.prev(), "limit": 2 });
            a.post("/user/find").json(body)
        },
        tenancy: NamesAlike(200),
        statuses: &[(Unknown, [200; 5])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "the next page, by the query",
        request: |a| {
            let path = format!("/user/find?limit=2&next={}", a.target.next());
            a.post(&path).json(json!({}))
        },
        tenancy: NamesAlike(200),
        statuses: &[(Unknown, [200; 5])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-find",
        case: "the previous page, by the query",
        request: |a| {
            let path = format!("/user/find?limit=2&prev={}", a.target.prev());
            a.post(&path).json(json!({}))
        },
        tenancy: NamesAlike(200),
        statuses: &[(Unknown, [200; 5])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-login",
        case: "by token",
        request: |a| a.post("/user/login").json(json!({})),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[GET]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-login",
        case: "by password",
        request: |a| a.post("/user/login").basic(a.username(), PASSWORD),
        rounds: &[(Nobody, &[&[BATCH], &[BATCH], &[UPDATE], &[UPDATE]])],
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "directory-login",
        case: "by address and a wrong password",
        request: |a| a.post("/user/login").basic(&a.target.email, WRONG),
        tenancy: NamesAlike(401),
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "directory-login",
        case: "by username and a wrong password",
        request: |a| a.post("/user/login").basic(a.target_username(), WRONG),
        requires: Requires::Username,
        tenancy: NamesAlike(401),
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "directory-login",
        case: "with a code",
        request: |a| a.log_in().json(json!({ "invite": a.code })),
        tenancy: NamesAlike(400),
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "directory-login",
        case: "with a code to join",
        request: |a| {
            let body = json!({ "invite": a.code, "register": true });
            a.log_in().json(body)
        },
        tenancy: NamesAlike(400),
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "directory-login",
        case: "to register",
        request: |a| {
            let call = a.post("/user/login").basic(&a.target.email, PASSWORD);
            call.json(json!({ "register": true }))
        },
        requires: Requires::LoginByAddress,
        tenancy: Tenancy::ClaimsLogin,
        rounds: &[(Unknown, &[&[TRANSACT]])],
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "directory-login",
        case: "to accept an invitation",
        request: |a| {
            let call = a.post("/user/login").basic(&a.target.email, PASSWORD);
            call.json(json!({ "register": true, "invite": a.code }))
        },
        rounds: &[(Invited, &[&[BATCH], &[TRANSACT]])],
        ..BY_PASSWORD
    },
    Operation {
        endpoint: "directory-remove",
        case: "by id",
        request: |a| a.post("/user/remove").json(id(a)),
        tenancy: REMOVES_USER,
        statuses: REMOVED,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-remove",
        case: "by address",
        request: |a| a.post("/user/remove").json(email(a)),
        tenancy: REMOVES_USER,
        statuses: REMOVED,
        rounds: &[(Member(Owner), &[&[GET], &[BATCH], &[GET], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-remove",
        case: "by id and address",
        request: |a| a.post("/user/remove").json(id_and_email(a)),
        tenancy: REMOVES_USER,
        statuses: REMOVED,
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update",
        case: "one's own name",
        request: |a| a.post("/user/update").json(json!({ "first": "Ida" })),
        statuses: &[(Nobody, [200; 5])],
        rounds: &[(Nobody, &[&[GET], &[GET], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update",
        case: "one's own address",
        request: |a| a.post("/user/update").json(email(a)),
        requires: Requires::LoginByAddress,
        tenancy: Tenancy::ClaimsLogin,
        statuses: &[(Unknown, [200; 5])],
        rounds: &[(Unknown, &[&[GET], &[GET], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update",
        case: "a name",
        request: |a| {
            let body = json!({ "id": a.target.id, "first": "Ida" });
            a.post("/user/update").json(body)
        },
        tenancy: NAMES_USER,
        statuses: UPDATED,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update",
        case: "an address",
        request: |a| {
            let body = json!({ "id": a.target.id, "email": a.new_email() });
            a.post("/user/update").json(body)
        },
        tenancy: NAMES_USER,
        statuses: UPDATED,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update-role",
        case: "to user",
        request: |a| update_role(a, "user"),
        tenancy: NAMES_USER,
        statuses: MADE_USER_OR_ADMIN,
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update-role",
        case: "to admin",
        request: |a| update_role(a, "admin"),
        tenancy: NAMES_USER,
        statuses: MADE_USER_OR_ADMIN,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[UPDATE]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update-role",
        case: "to owner",
        request: |a| update_role(a, "owner"),
        tenancy: NAMES_USER,
        statuses: MADE_OWNER,
        rounds: &[(Member(User), &[&[GET], &[BATCH], &[TRANSACT]])],
        ..BY_TOKEN
    },
    Operation {
        endpoint: "directory-update-role",
        case: "to admin, with an invitation",
        request: |a| {
            let body = json!({ "id": a.target.id, "role": "admin", "sendInvite": true });
            a.post("/user/updateRole").json(body)
        },
        tenancy: NAMES_USER,
        statuses: MADE_USER_OR_ADMIN,
        rounds: &[(Invited, &[&[GET], &[BATCH], &[TRANSACT]])],
        ..BY_TOKEN
    },
];
