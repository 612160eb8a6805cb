//! What each operation asks of the store, and how many answers it waits for one after the other:
//! a read one, a list two, a write two, a name to find somebody by one more, a password the name,
//! the user and the attempt.

use crate::support::{App, Call, PASSWORD, Person, operations};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// The caller, somebody whom the request may name, and a code that was mailed to them.
struct Cast<'a> {
    app: &'a App,
    caller: &'a Person,
    target: Person,
    code: String,
}

impl Cast<'_> {
    fn post(&self, path: &str, body: Value) -> Call {
        self.app.post(path).bearer(&self.caller.token).json(body)
    }

    fn member(&self, method: &str, suffix: &str) -> Call {
        let path = format!("/api/v2/users/{}{suffix}", self.target.id);
        self.app.call(method, &path).bearer(&self.caller.token)
    }

    fn username(&self) -> &str {
        self.caller.username.as_ref().unwrap()
    }

    fn own_account(&self, method: &str) -> Call {
        let path = format!("/rest/users/{}", self.username());
        self.app.call(method, &path)
    }

    fn new_email(&self) -> Value {
        json!(format!("new-{}", self.target.email))
    }
}

/// Operation, circumstance, the target's state, the requests of each round, and the call. Requests
/// that go side by side are sorted.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static [&'static str]],
    fn(&Cast) -> Call,
);

const GET: &str = "GetItem";
const BATCH: &str = "BatchGetItem";
const QUERY: &str = "Query";
const UPDATE: &str = "UpdateItem";
const TRANSACT: &str = "TransactWriteItems";

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("profile-get", "", "user", &[&[GET]], |c| c.app.get("/v2/user").bearer(&c.caller.token)),
    ("profile-update", "a name", "user", &[&[GET], &[UPDATE]], |c| c.app.put("/v2/user").bearer(&c.caller.token).json(json!({ "user_alias": "Countess" }))),
    ("profile-update", "an address", "user", &[&[GET], &[TRANSACT]], |c| c.app.put("/v2/user").bearer(&c.target.token).json(json!({ "email1": c.new_email() }))),

    ("directory-create", "", "user", &[&[BATCH], &[TRANSACT]], |c| c.post("/user/create", json!({ "email": c.new_email(), "role": "user", "sendInvite": true }))),
    ("directory-get", "oneself", "user", &[&[BATCH]], |c| c.post("/user/get", json!({}))),
    ("directory-get", "by id", "user", &[&[BATCH]], |c| c.post("/user/get", json!({ "id": c.target.id }))),
    ("directory-get", "by address", "user", &[&[BATCH], &[GET]], |c| c.post("/user/get", json!({ "email": c.target.email }))),
    ("directory-find", "a page", "user", &[&[BATCH], &[QUERY]], |c| c.post("/user/find", json!({}))),
    ("directory-find", "by id", "user", &[&[BATCH]], |c| c.post("/user/find", json!({ "id": c.target.id }))),
    ("directory-find", "by address", "user", &[&[BATCH], &[GET]], |c| c.post("/user/find", json!({ "email": c.target.email }))),
    ("directory-login", "a token", "user", &[&[BATCH]], |c| c.post("/user/login", json!({}))),
    ("directory-login", "a password", "user", &[&[BATCH], &[BATCH], &[UPDATE], &[UPDATE]], |c| c.app.post("/user/login").basic(c.username(), PASSWORD)),
    ("directory-login", "registration", "user", &[&[TRANSACT]], |c| c.app.post("/user/login").basic(c.new_email().as_str().unwrap(), PASSWORD).json(json!({ "register": true }))),
    ("directory-login", "an invitation", "invited", &[&[BATCH], &[TRANSACT]], |c| c.app.post("/user/login").basic(&c.target.email, PASSWORD).json(json!({ "register": true, "invite": c.code }))),
    ("directory-remove", "by id", "user", &[&[BATCH], &[TRANSACT]], |c| c.post("/user/remove", json!({ "id": c.target.id }))),
    ("directory-remove", "by address", "owner", &[&[BATCH], &[GET], &[TRANSACT]], |c| c.post("/user/remove", json!({ "email": c.target.email }))),
    ("directory-update", "a name", "user", &[&[BATCH], &[UPDATE]], |c| c.post("/user/update", json!({ "id": c.target.id, "first": "Ida" }))),
    ("directory-update", "an address", "user", &[&[BATCH], &[TRANSACT]], |c| c.post("/user/update", json!({ "id": c.target.id, "email": c.new_email() }))),
    ("directory-update-role", "", "user", &[&[BATCH], &[UPDATE]], |c| c.post("/user/updateRole", json!({ "id": c.target.id, "role": "admin" }))),
    ("directory-update-role", "to owner", "user", &[&[BATCH], &[TRANSACT]], |c| c.post("/user/updateRole", json!({ "id": c.target.id, "role": "owner" }))),
    ("directory-update-role", "with an invitation", "invited", &[&[BATCH], &[TRANSACT]], |c| c.post("/user/updateRole", json!({ "id": c.target.id, "role": "admin", "sendInvite": true }))),

    ("members-list", "", "user", &[&[GET], &[QUERY]], |c| c.app.get("/api/v2/users").bearer(&c.caller.token)),
    ("members-get", "", "user", &[&[BATCH]], |c| c.member("GET", "")),
    ("members-invite", "", "user", &[&[BATCH], &[TRANSACT]], |c| c.post("/api/v2/users", json!({ "email": c.new_email() }))),
    ("members-invite", "again", "invited", &[&[BATCH], &[TRANSACT]], |c| c.post("/api/v2/users", json!({ "email": c.target.email }))),
    ("members-update", "a name", "user", &[&[BATCH], &[UPDATE]], |c| c.member("PATCH", "").json(json!({ "firstName": "Ida" }))),
    ("members-update", "an address", "user", &[&[BATCH], &[TRANSACT]], |c| c.member("PUT", "").json(json!({ "email": c.new_email() }))),
    ("members-set-permissions", "", "user", &[&[BATCH], &[UPDATE]], |c| c.member("POST", "/perms").json(json!({ "addBeacons": true }))),
    ("members-activate", "a user", "deactivated", &[&[BATCH], &[TRANSACT]], |c| c.member("POST", "/activate")),
    ("members-activate", "who is active", "user", &[&[BATCH], &[TRANSACT]], |c| c.member("POST", "/activate")),
    ("members-deactivate", "a user", "user", &[&[BATCH], &[UPDATE]], |c| c.member("POST", "/deactivate")),
    ("members-deactivate", "an owner", "owner", &[&[BATCH], &[TRANSACT]], |c| c.member("POST", "/deactivate")),

    ("accounts-create", "", "user", &[&[TRANSACT]], |c| c.app.post("/rest/users").json(json!({ "username": format!("new{}", &c.target.id[24..]), "email": c.new_email(), "password": PASSWORD }))),
    ("accounts-get", "a token", "user", &[&[GET]], |c| c.own_account("GET").bearer(&c.caller.token)),
    ("accounts-get", "a password", "user", &[&[BATCH], &[BATCH], &[UPDATE]], |c| c.own_account("GET").basic(c.username(), PASSWORD)),
    ("accounts-update", "a token", "user", &[&[GET], &[TRANSACT]], |c| c.own_account("PUT").bearer(&c.caller.token).json(json!({ "email": c.new_email() }))),
    ("accounts-update", "a password", "user", &[&[BATCH], &[BATCH], &[UPDATE], &[TRANSACT]], |c| c.own_account("PUT").basic(c.username(), PASSWORD).json(json!({ "email": c.new_email() }))),
    ("accounts-update", "nothing", "user", &[&[GET]], |c| c.own_account("PUT").bearer(&c.caller.token).json(json!({}))),
];

#[test]
fn every_operation_is_in_the_table() {
    let listed: BTreeSet<_> = TABLE.iter().map(|(operation, ..)| *operation).collect();
    assert_eq!(listed, operations());
}

async fn cast<'a>(app: &'a App, caller: &'a Person, state: &str, number: usize) -> Cast<'a> {
    let name = format!("target{number}");
    let target = match state {
        "invited" => app.invited(caller, &name, Role::User).await,
        "deactivated" => app.deactivated(caller, &name, Role::User).await,
        role => app.member(caller, &name, role.parse().unwrap()).await,
    };
    let code = app.code(CodePurpose::Invitation, &target).await;
    Cast {
        app,
        caller,
        target,
        code,
    }
}

/// The requests of each round.
async fn rounds(app: &App, call: Call, delay: Duration) -> Vec<Vec<String>> {
    let (reply, asked) = app.round_trips(delay, call).await;
    assert!(reply.status < 300, "{}", reply.text);
    let mut rounds: Vec<Vec<String>> = Vec::new();
    for asked in asked {
        rounds.resize_with(rounds.len().max(asked.depth), Vec::new);
        rounds[asked.depth - 1].push(asked.operation);
    }
    for round in &mut rounds {
        round.sort();
    }
    rounds
}

#[tokio::test]
async fn operations_wait_for_no_more_answers_than_they_must() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let mut wrong = Vec::new();
    let mut number = 0;
    for (operation, circumstance, state, expected, call) in TABLE {
        // A machine that is busy may seem to ask one after the other what is asked side by side,
        // but never the other way round.
        let mut seen = Vec::new();
        for delay in [30, 100, 300].map(Duration::from_millis) {
            number += 1;
            let cast = cast(&app, &ada, state, number).await;
            seen = rounds(&app, call(&cast), delay).await;
            if seen == *expected {
                break;
            }
        }
        if seen != *expected {
            wrong.push(format!(
                "{operation} {circumstance}: {seen:?}, not {expected:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The caller's activity is recorded in the first request of an hour.
#[tokio::test]
async fn activity_is_one_more_answer_once_an_hour() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    app.advance(Duration::from_secs(60 * 60));
    for expected in [vec![vec![GET], vec![UPDATE]], vec![vec![GET]]] {
        let call = app.get("/v2/user").bearer(&ada.token);
        let seen = rounds(&app, call, Duration::from_millis(30)).await;
        assert_eq!(seen, expected);
    }
}
