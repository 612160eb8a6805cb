//! Who may do what to whom by the directory API: the whole table of callers, targets and
//! operations. Its counterpart for the members API is `permissions.rs`.

use crate::support::{App, Call, Person};
use roster_domain::{Role, UserId};
use roster_functions::ENDPOINTS;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Callers, in the order of the columns.
const CALLERS: [Role; 3] = [Role::User, Role::Admin, Role::Owner];

/// Operation, target, and the status that each caller gets. A target other than `self` is somebody
/// else of that role; the account has another owner, so that nobody here is the last one.
#[rustfmt::skip]
const TABLE: &[(&str, &str, [u16; 3])] = &[
    //                               user admin owner
    ("create user",       "",        [403, 200, 200]),
    ("create admin",      "",        [403, 200, 200]),
    ("create owner",      "",        [403, 403, 200]),
    ("login",             "self",    [200, 200, 200]),
    ("get",               "",        [200, 200, 200]),
    ("get by id",         "self",    [200, 200, 200]),
    ("get by id",         "user",    [403, 200, 200]),
    ("get by id",         "admin",   [403, 200, 200]),
    ("get by id",         "owner",   [403, 200, 200]),
    ("get by id",         "invited", [403, 200, 200]),
    ("get by id",         "nobody",  [403, 404, 404]),
    ("get by email",      "self",    [200, 200, 200]),
    ("get by email",      "user",    [403, 200, 200]),
    ("get by email",      "admin",   [403, 200, 200]),
    ("get by email",      "owner",   [403, 200, 200]),
    ("get by email",      "invited", [403, 200, 200]),
    ("get by email",      "nobody",  [403, 404, 404]),
    ("find",              "",        [200, 200, 200]),
    ("find by id",        "self",    [403, 200, 200]),
    ("find by id",        "user",    [403, 200, 200]),
    ("find by id",        "admin",   [403, 200, 200]),
    ("find by id",        "owner",   [403, 200, 200]),
    ("find by id",        "invited", [403, 200, 200]),
    ("find by id",        "nobody",  [403, 200, 200]),
    ("find by email",     "self",    [403, 200, 200]),
    ("find by email",     "user",    [403, 200, 200]),
    ("find by email",     "admin",   [403, 200, 200]),
    ("find by email",     "owner",   [403, 200, 200]),
    ("find by email",     "invited", [403, 200, 200]),
    ("find by email",     "nobody",  [403, 200, 200]),
    ("update oneself",    "",        [200, 200, 200]),
    ("update",            "self",    [200, 200, 200]),
    ("update",            "user",    [403, 200, 200]),
    ("update",            "admin",   [403, 200, 200]),
    ("update",            "owner",   [403, 403, 200]),
    ("update",            "invited", [403, 200, 200]),
    ("update",            "nobody",  [403, 404, 404]),
    ("make user",         "self",    [403, 200, 200]),
    ("make user",         "user",    [403, 200, 200]),
    ("make user",         "admin",   [403, 200, 200]),
    ("make user",         "owner",   [403, 403, 200]),
    ("make user",         "invited", [403, 200, 200]),
    ("make user",         "nobody",  [403, 404, 404]),
    ("make admin",        "self",    [403, 200, 200]),
    ("make admin",        "user",    [403, 200, 200]),
    ("make admin",        "admin",   [403, 200, 200]),
    ("make admin",        "owner",   [403, 403, 200]),
    ("make admin",        "invited", [403, 200, 200]),
    ("make admin",        "nobody",  [403, 404, 404]),
    ("make owner",        "self",    [403, 403, 200]),
    ("make owner",        "user",    [403, 403, 200]),
    ("make owner",        "admin",   [403, 403, 200]),
    ("make owner",        "owner",   [403, 403, 200]),
    ("make owner",        "invited", [403, 403, 200]),
    ("make owner",        "nobody",  [403, 403, 404]),
    ("remove by id",      "self",    [403, 204, 204]),
    ("remove by id",      "user",    [403, 204, 204]),
    ("remove by id",      "admin",   [403, 204, 204]),
    ("remove by id",      "owner",   [403, 403, 204]),
    ("remove by id",      "invited", [403, 204, 204]),
    ("remove by id",      "nobody",  [403, 404, 404]),
    ("remove by email",   "self",    [403, 204, 204]),
    ("remove by email",   "user",    [403, 204, 204]),
    ("remove by email",   "admin",   [403, 204, 204]),
    ("remove by email",   "owner",   [403, 403, 204]),
    ("remove by email",   "invited", [403, 204, 204]),
    ("remove by email",   "nobody",  [403, 404, 404]),
];

/// Somebody fresh for every cell: no cell sees what another did.
async fn target(app: &App, caller: &Person, kind: &str, name: &str) -> Person {
    match kind {
        "self" => caller.clone(),
        "nobody" | "" => Person {
            id: UserId::new(app.roster.clock.now()).to_string(),
            email: format!("{name}@example.com"),
            ..caller.clone()
        },
        "invited" => app.invited(caller, name, Role::User).await,
        role => app.member(caller, name, role.parse().unwrap()).await,
    }
}

fn call(app: &App, operation: &str, target: &Person, name: &str) -> Call {
    let (id, email) = (&target.id, &target.email);
    let post = |path: &str, body: Value| app.post(path).json(body);
    match operation.split_once(' ').unwrap_or((operation, "")) {
        ("create", role) => {
            let body = json!({ "email": format!("new-{name}@example.com"), "role": role });
            post("/user/create", body)
        }
        ("login", _) => app.post("/user/login"),
        ("make", role) => post("/user/updateRole", json!({ "id": id, "role": role })),
        ("update", "oneself") => post("/user/update", json!({ "first": "Ida" })),
        ("update", _) => post("/user/update", json!({ "id": id, "first": "Ida" })),
        (verb, "") => app.post(&format!("/user/{verb}")),
        (verb, "by id") => post(&format!("/user/{verb}"), json!({ "id": id })),
        (verb, "by email") => post(&format!("/user/{verb}"), json!({ "email": email })),
        other => panic!("{other:?}"),
    }
}

/// An operation is about nobody in particular, or the table says what becomes of every target.
#[test]
fn the_table_is_whole() {
    let mut targets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (operation, target, _) in TABLE {
        targets.entry(operation).or_default().push(target);
    }
    let all = ["self", "user", "admin", "owner", "invited", "nobody"];
    for (operation, targets) in targets {
        let of_nobody = [&[""][..], &["self"]].contains(&&targets[..]);
        assert!(of_nobody || targets == all, "{operation}: {targets:?}");
    }
    for endpoint in ENDPOINTS {
        let Some(verb) = endpoint.name.strip_prefix("directory-") else {
            continue;
        };
        let verb = if verb == "update-role" { "make" } else { verb };
        let listed = |(operation, _, _): &(&str, _, _)| operation.split(' ').next() == Some(verb);
        assert!(TABLE.iter().any(listed), "{}", endpoint.name);
    }
}

#[tokio::test]
async fn the_directory_api_obeys_the_table() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    let mut wrong = Vec::new();
    for (column, role) in CALLERS.into_iter().enumerate() {
        for (row, (operation, kind, statuses)) in TABLE.iter().enumerate() {
            let name = format!("{row}-{role}");
            let caller = app.member(&ada, &format!("caller-{name}"), role).await;
            let target = target(&app, &caller, kind, &format!("target-{name}")).await;
            let before = app.user(&target).await;
            let call = call(&app, operation, &target, &name).bearer(&caller.token);
            let (reply, expected) = (call.await, statuses[column]);
            if reply.status != expected {
                let status = reply.status;
                wrong.push(format!(
                    "{role} {operation} {kind}: {status}, not {expected}"
                ));
            } else if expected >= 400 {
                let code = if expected == 403 {
                    "forbidden"
                } else {
                    "not_found"
                };
                reply.expect_problem(expected, code);
                let after = app.user(&target).await;
                assert_eq!(after, before, "{role} {operation} {kind}");
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
