//! Nobody learns of another account: for every operation and every way to name a user, a caller of
//! another account gets the answer that a user who does not exist gets.

use crate::support::{App, Call, PASSWORD, Person, Reply, operations};
use roster_domain::{CodePurpose, Cursor, Direction, Role, UserId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody, by all that a request can name them by.
#[derive(Clone)]
struct Subject {
    id: String,
    email: String,
    username: String,
    code: String,
    /// Whether they log in by their address: whoever is merely invited does not.
    logs_in: bool,
}

impl Subject {
    fn cursor(&self, direction: Direction) -> Cursor {
        let from = self.id.parse().unwrap();
        Cursor { from, direction }
    }

    fn next(&self) -> String {
        self.cursor(Direction::Forwards).to_string()
    }

    fn prev(&self) -> String {
        self.cursor(Direction::Backwards).to_string()
    }
}

enum Expected {
    /// The request names somebody. Of another account or not there at all, the status is the
    /// first; for a colleague, the second.
    Names(u16, u16),
    /// The same, but for a colleague it is no different: a position, or one's own name only.
    NamesAlike(u16),
    /// The request claims an address or a username to log in by, unique in the whole system. One of
    /// another account gets the answer that one of a colleague gets.
    Claims,
    /// The request puts an address into the account, where it may be whatever other accounts have.
    Adds,
    /// It names nobody but the caller.
    Nobody,
}
use Expected::{Adds, Claims, Names, NamesAlike, Nobody};

type Row = (
    &'static str,
    &'static str,
    Expected,
    fn(&App, &Person, &Subject) -> Call,
);

fn post(app: &App, caller: &Person, path: &str, body: Value) -> Call {
    app.post(path).bearer(&caller.token).json(body)
}

fn of_one(app: &App, method: &str, caller: &Person, who: &Subject, suffix: &str) -> Call {
    let path = format!("/api/v2/users/{}{suffix}", who.id);
    app.call(method, &path).bearer(&caller.token)
}

fn own_account(app: &App, caller: &Person, body: Value) -> Call {
    let username = caller.username.as_ref().unwrap();
    let path = format!("/rest/users/{username}");
    app.put(&path).bearer(&caller.token).json(body)
}

fn login(app: &App, caller: &Person, body: Value) -> Call {
    app.post("/user/login")
        .basic(&caller.email, PASSWORD)
        .json(body)
}

/// Operation, by what the request names somebody, what is expected, and the request.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("profile-get", "token", Nobody, |app, c, _| app.get("/v2/user").bearer(&c.token)),
    ("profile-update", "email1", Claims, |app, c, x| app.put("/v2/user").bearer(&c.token).json(json!({ "email1": x.email }))),

    ("directory-create", "email", Adds, |app, c, x| post(app, c, "/user/create", json!({ "email": x.email, "role": "user" }))),
    ("directory-get", "id", Names(404, 200), |app, c, x| post(app, c, "/user/get", json!({ "id": x.id }))),
    ("directory-get", "email", Names(404, 200), |app, c, x| post(app, c, "/user/get", json!({ "email": x.email }))),
    ("directory-get", "id and email", Names(404, 200), |app, c, x| post(app, c, "/user/get", json!({ "id": x.id, "email": x.email }))),
    ("directory-get", "own id, email", NamesAlike(404), |app, c, x| post(app, c, "/user/get", json!({ "id": c.id, "email": x.email }))),
    ("directory-find", "id", NamesAlike(200), |app, c, x| post(app, c, "/user/find", json!({ "id": x.id }))),
    ("directory-find", "email", NamesAlike(200), |app, c, x| post(app, c, "/user/find", json!({ "email": x.email }))),
    ("directory-find", "id and email", NamesAlike(200), |app, c, x| post(app, c, "/user/find", json!({ "id": x.id, "email": x.email }))),
    ("directory-find", "next", NamesAlike(200), |app, c, x| post(app, c, "/user/find", json!({ "next": x.next(), "limit": 2 }))),
    ("directory-find", "prev", NamesAlike(200), |app, c, x| post(app, c, "/user/find", json!({ "prev": x.prev(), "limit": 2 }))),
    ("directory-find", "next in the query", NamesAlike(200), |app, c, x| post(app, c, &format!("/user/find?limit=2&next={}", x.next()), json!({}))),
    ("directory-find", "prev in the query", NamesAlike(200), |app, c, x| post(app, c, &format!("/user/find?limit=2&prev={}", x.prev()), json!({}))),
    ("directory-login", "email", NamesAlike(401), |app, _, x| app.post("/user/login").basic(&x.email, "not-the-password")),
    ("directory-login", "username", NamesAlike(401), |app, _, x| app.post("/user/login").basic(&x.username, "not-the-password")),
    ("directory-login", "code", NamesAlike(400), |app, c, x| login(app, c, json!({ "invite": x.code }))),
    ("directory-login", "code to join", NamesAlike(400), |app, c, x| login(app, c, json!({ "invite": x.code, "register": true }))),
    ("directory-login", "email to register", Claims, |app, _, x| app.post("/user/login").basic(&x.email, PASSWORD).json(json!({ "register": true }))),
    ("directory-remove", "id", Names(404, 204), |app, c, x| post(app, c, "/user/remove", json!({ "id": x.id }))),
    ("directory-remove", "email", Names(404, 204), |app, c, x| post(app, c, "/user/remove", json!({ "email": x.email }))),
    ("directory-remove", "id and email", Names(404, 204), |app, c, x| post(app, c, "/user/remove", json!({ "id": x.id, "email": x.email }))),
    ("directory-update", "id", Names(404, 200), |app, c, x| post(app, c, "/user/update", json!({ "id": x.id, "first": "Ida" }))),
    ("directory-update", "new email", Claims, |app, c, x| post(app, c, "/user/update", json!({ "email": x.email }))),
    ("directory-update-role", "id", Names(404, 200), |app, c, x| post(app, c, "/user/updateRole", json!({ "id": x.id, "role": "admin", "sendInvite": true }))),

    ("members-list", "cursor", NamesAlike(200), |app, c, x| app.get(&format!("/api/v2/users?limit=2&cursor={}", x.next())).bearer(&c.token)),
    ("members-get", "id", Names(404, 200), |app, c, x| of_one(app, "GET", c, x, "")),
    ("members-invite", "email", Adds, |app, c, x| post(app, c, "/api/v2/users", json!({ "email": x.email }))),
    ("members-update", "id", Names(404, 200), |app, c, x| of_one(app, "PUT", c, x, "").json(json!({ "firstName": "Ida" }))),
    ("members-update", "id, with PATCH", Names(404, 200), |app, c, x| of_one(app, "PATCH", c, x, "").json(json!({ "email": "new@example.com" }))),
    ("members-update", "new email", Claims, |app, c, x| app.put(&format!("/api/v2/users/{}", c.id)).bearer(&c.token).json(json!({ "email": x.email }))),
    ("members-set-permissions", "id", Names(404, 200), |app, c, x| of_one(app, "POST", c, x, "/perms").json(json!({ "addBeacons": true }))),
    ("members-activate", "id", Names(404, 200), |app, c, x| of_one(app, "POST", c, x, "/activate")),
    ("members-deactivate", "id", Names(404, 200), |app, c, x| of_one(app, "POST", c, x, "/deactivate")),

    ("accounts-create", "email", Claims, |app, _, x| app.post("/rest/users").json(json!({ "username": "newcomer", "email": x.email, "password": PASSWORD }))),
    ("accounts-create", "username", Claims, |app, _, x| app.post("/rest/users").json(json!({ "username": x.username, "email": "newcomer@example.com", "password": PASSWORD }))),
    ("accounts-get", "username", NamesAlike(403), |app, c, x| app.get(&format!("/rest/users/{}", x.username)).bearer(&c.token)),
    ("accounts-get", "username to log in with", NamesAlike(401), |app, _, x| app.get(&format!("/rest/users/{}", x.username)).basic(&x.username, "not-the-password")),
    ("accounts-update", "username", NamesAlike(403), |app, c, x| app.put(&format!("/rest/users/{}", x.username)).bearer(&c.token).json(json!({}))),
    ("accounts-update", "username in the body", NamesAlike(400), |app, c, x| own_account(app, c, json!({ "username": x.username }))),
    ("accounts-update", "email", Claims, |app, c, x| own_account(app, c, json!({ "email": x.email }))),
];

#[test]
fn every_operation_is_in_the_table() {
    let listed: BTreeSet<_> = TABLE.iter().map(|(operation, ..)| *operation).collect();
    assert_eq!(listed, operations());
}

/// Two accounts.
struct Scene {
    app: App,
    /// Owner of the one: the caller.
    eve: Person,
    /// Owner of a third account, into which addresses are put.
    mallory: Person,
    /// A colleague of Eve's.
    frank: Subject,
    /// People of the other, each with somebody who does not exist, of nearly the same id: a
    /// position in a list is the same for both.
    others: Vec<(Subject, Subject)>,
}

impl Scene {
    async fn set() -> Self {
        let app = App::start().await;
        let mut others = Vec::new();
        let ada = app.owner("ada").await;
        let barbara = app.invited(&ada, "barbara", Role::User).await;
        let hedy = app.deactivated(&ada, "hedy", Role::Admin).await;
        others.push(pair(&app, &ada, CodePurpose::Verification).await);
        let (mut barbara, nobody) = pair(&app, &barbara, CodePurpose::Invitation).await;
        barbara.logs_in = false;
        others.push((barbara, nobody));
        others.push(pair(&app, &hedy, CodePurpose::Invitation).await);
        let eve = app.owner("eve").await;
        let frank = app.member(&eve, "frank", Role::User).await;
        for number in 0..3 {
            app.member(&eve, &format!("colleague{number}"), Role::User)
                .await;
        }
        // Somebody younger than all of the caller's account.
        let zoe = app.member(&ada, "zoe", Role::User).await;
        others.push(pair(&app, &zoe, CodePurpose::Invitation).await);
        let frank = Subject {
            username: "eve".into(),
            ..subject(&frank, String::new())
        };
        Self {
            mallory: app.account("mallory").await,
            app,
            eve,
            frank,
            others,
        }
    }

    /// What the store holds of the other account, but for the counts of wrong passwords.
    fn others_items(&self) -> BTreeMap<(String, String), Value> {
        let mut items = self.app.items();
        let own = [&self.eve, &self.mallory].map(|caller| format!("ACCOUNT#{}", caller.account));
        items.retain(|(pk, _), _| !own.contains(pk) && !pk.starts_with("ATTEMPTS#"));
        items
    }
}

fn subject(person: &Person, code: String) -> Subject {
    Subject {
        id: person.id.clone(),
        email: person.email.clone(),
        username: person.username.clone().unwrap_or("unnamed".into()),
        code,
        logs_in: true,
    }
}

async fn pair(app: &App, person: &Person, purpose: CodePurpose) -> (Subject, Subject) {
    let nobody = Person {
        id: UserId::new(app.roster.clock.now()).to_string(),
        email: format!("no-{}", person.email),
        username: person.username.as_ref().map(|name| format!("no-{name}")),
        ..person.clone()
    };
    let unknown = app.code(purpose, &nobody).await;
    (
        subject(person, app.code(purpose, person).await),
        subject(&nobody, unknown),
    )
}

/// All of an answer but its request id, and but for the way back from an empty page, which is
/// made from the cursor that the request itself named.
fn told(reply: &Reply, who: &Subject) -> String {
    let mut headers = reply.headers.clone();
    headers.remove("x-request-id");
    let mut text = format!("{} {headers:?} {}", reply.status, reply.text);
    for direction in [Direction::Forwards, Direction::Backwards] {
        let back = who.cursor(direction).back().to_string();
        text = text.replace(&back, "BACK");
    }
    text
}

/// The partitions that a request to the store names.
fn partitions(body: &Value) -> Vec<String> {
    let key = |at: &Value| at["PK"]["S"].as_str().map(str::to_owned);
    let values = &body["ExpressionAttributeValues"];
    let mut found: Vec<_> = [&body["Key"], &body["Item"], &body["ExclusiveStartKey"]]
        .into_iter()
        .filter_map(key)
        .collect();
    found.extend(values[":account"]["S"].as_str().map(str::to_owned));
    for table in body["RequestItems"].as_object().into_iter().flatten() {
        found.extend(table.1["Keys"].as_array().unwrap().iter().filter_map(key));
    }
    for step in body["TransactItems"].as_array().into_iter().flatten() {
        for write in step.as_object().unwrap().values() {
            found.extend([&write["Key"], &write["Item"]].into_iter().filter_map(key));
        }
    }
    assert!(!found.is_empty(), "no key in {body}");
    found
}

#[tokio::test]
async fn another_account_is_as_if_it_were_not_there() {
    let scene = Scene::set().await;
    let (app, eve) = (&scene.app, &scene.eve);
    let before = scene.others_items();
    for (operation, by, expected, call) in TABLE {
        let row = format!("{operation} by {by}");
        let caller = match expected {
            Adds => &scene.mallory,
            _ => eve,
        };
        for (other, nobody) in &scene.others {
            if matches!(by, &"username") && other.username == "unnamed" {
                continue;
            }
            // A name that nobody logs in by is free.
            let is_login = match by.contains("username") {
                true => other.username != "unnamed",
                false => other.logs_in,
            };
            if matches!(expected, Claims) && !is_login {
                continue;
            }
            let call_other = async { call(app, caller, other).await };
            let (reply, asked) = app.requests(call_other).await;
            let (status, like) = match expected {
                Nobody => continue,
                Names(status, _) | NamesAlike(status) => (*status, nobody),
                Claims => (409, &scene.frank),
                Adds => (200, nobody),
            };
            let reply = reply.expect_status(status);
            let alike = call(app, caller, like).await;
            if matches!(expected, Adds) {
                assert_eq!(reply.status, alike.status, "{row}");
            } else {
                assert_eq!(told(&reply, other), told(&alike, like), "{row}");
            }
            // Whoever has a token is kept to their account by the keys that are asked for.
            let by_token = !["directory-login", "accounts-create"].contains(operation)
                && !by.contains("log in");
            for (_, body) in asked.iter().filter(|_| by_token) {
                for partition in partitions(body) {
                    let own = partition == format!("ACCOUNT#{}", caller.account);
                    let login = matches!(expected, Claims) && partition.starts_with("EMAIL#");
                    assert!(own || login, "{row} asked for {partition}");
                }
            }
        }
        assert!(scene.others_items() == before, "{row} changed something");
    }
}

/// Otherwise the table could name nobody at all.
#[tokio::test]
async fn a_colleague_is_there() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    for (number, (operation, by, expected, call)) in TABLE.iter().enumerate() {
        if let Names(_, status) = expected {
            let colleague = app.member(&ada, &format!("alan{number}"), Role::User).await;
            let reply = call(&app, &ada, &subject(&colleague, String::new())).await;
            assert_eq!(reply.status, *status, "{operation} by {by}: {}", reply.text);
        }
    }
}
