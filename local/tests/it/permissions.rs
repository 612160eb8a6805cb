//! Who may do what to whom by the members API: the whole table, and every set of permissions.

use crate::support::{App, Call, Person};
use roster_domain::{Permissions, Role, User};
use serde_json::json;

/// Callers, in the order of the columns. `user` has what everybody starts with, `manager` also
/// `userManagement`, `all` is a user with all five.
const CALLERS: [&str; 5] = ["user", "manager", "all", "admin", "owner"];

/// Operation, target, and the status that each caller gets.
#[rustfmt::skip]
const TABLE: &[(&str, &str, [u16; 5])] = &[
    //                              user manager all admin owner
    ("list",           "",          [200, 200, 200, 200, 200]),
    ("get",            "self",      [200, 200, 200, 200, 200]),
    ("get",            "user",      [200, 200, 200, 200, 200]),
    ("get",            "admin",     [200, 200, 200, 200, 200]),
    ("get",            "owner",     [200, 200, 200, 200, 200]),
    ("invite",         "",          [403, 200, 200, 200, 200]),
    ("invite again",   "invited",   [403, 200, 200, 200, 200]),
    ("update",         "self",      [200, 200, 200, 200, 200]),
    ("update",         "user",      [403, 200, 200, 200, 200]),
    ("update",         "invited",   [403, 200, 200, 200, 200]),
    ("update",         "admin",     [403, 403, 403, 200, 200]),
    ("update",         "owner",     [403, 403, 403, 403, 200]),
    ("update",         "nobody",    [403, 404, 404, 404, 404]),
    // Held by `manager`, as by everybody who may set any.
    ("grant held",     "self",      [403, 403, 403, 403, 403]),
    ("grant held",     "user",      [403, 200, 200, 200, 200]),
    ("grant held",     "invited",   [403, 200, 200, 200, 200]),
    ("grant held",     "admin",     [403, 403, 403, 409, 409]),
    ("grant held",     "owner",     [403, 403, 403, 403, 409]),
    ("grant held",     "nobody",    [403, 404, 404, 404, 404]),
    // Not held by `manager`.
    ("grant unheld",   "user",      [403, 403, 200, 200, 200]),
    ("grant unheld",   "nobody",    [403, 403, 404, 404, 404]),
    ("revoke unheld",  "user",      [403, 200, 200, 200, 200]),
    ("revoke unheld",  "self",      [403, 403, 403, 403, 403]),
    ("activate",       "self",      [403, 200, 200, 200, 200]),
    ("activate",       "user",      [403, 200, 200, 200, 200]),
    ("activate",       "invited",   [403, 200, 200, 200, 200]),
    ("activate",       "admin",     [403, 403, 403, 200, 200]),
    ("activate",       "owner",     [403, 403, 403, 403, 200]),
    ("activate",       "nobody",    [403, 404, 404, 404, 404]),
    ("deactivate",     "self",      [403, 409, 409, 409, 409]),
    ("deactivate",     "user",      [403, 200, 200, 200, 200]),
    ("deactivate",     "invited",   [403, 200, 200, 200, 200]),
    ("deactivate",     "admin",     [403, 403, 403, 200, 200]),
    ("deactivate",     "owner",     [403, 403, 403, 403, 200]),
    ("deactivate",     "nobody",    [403, 404, 404, 404, 404]),
];

async fn caller(app: &App, owner: &Person, kind: &str) -> Person {
    let holding = |permissions| move |user: &mut User| user.permissions = permissions;
    let name = format!("caller-{kind}");
    let (role, permissions) = match kind {
        "user" => (Role::User, Permissions::INITIAL),
        "manager" => {
            let permissions = Permissions {
                user_management: true,
                ..Permissions::INITIAL
            };
            (Role::User, permissions)
        }
        "all" => (Role::User, Permissions::ALL),
        // What was set for them before they were promoted takes nothing from them.
        "admin" => (Role::Admin, Permissions::default()),
        "owner" => (Role::Owner, Permissions::default()),
        other => panic!("{other}"),
    };
    app.member_with(owner, &name, role, holding(permissions))
        .await
}

/// Somebody fresh for every cell: no cell sees what another did.
async fn target(app: &App, caller: &Person, kind: &str, cell: usize, deactivated: bool) -> Person {
    let name = format!("target{cell}");
    let (role, joined) = match kind {
        "self" => return caller.clone(),
        "nobody" | "" => {
            let id = roster_domain::UserId::new(app.roster.clock.now()).to_string();
            let email = format!("{name}@example.com");
            return Person {
                id,
                email,
                ..caller.clone()
            };
        }
        "invited" => (Role::User, false),
        role => (role.parse().unwrap(), true),
    };
    app.member_with(caller, &name, role, |user| {
        user.joined = joined;
        user.deactivated = deactivated;
    })
    .await
}

fn call(app: &App, operation: &str, target: &Person) -> Call {
    let of_one = format!("/api/v2/users/{}", target.id);
    let post = |suffix: &str| app.post(&format!("{of_one}{suffix}"));
    match operation {
        "list" => app.get("/api/v2/users"),
        "get" => app.get(&of_one),
        "invite" | "invite again" => {
            let call = app.post("/api/v2/users");
            call.json(json!({ "email": target.email }))
        }
        "update" => app.put(&of_one).json(json!({ "firstName": "Ida" })),
        "grant held" => post("/perms").json(json!({ "viewMetrics": true })),
        "grant unheld" => post("/perms").json(json!({ "addBeacons": true })),
        "revoke unheld" => post("/perms").json(json!({ "addBeacons": false })),
        "activate" => post("/activate"),
        "deactivate" => post("/deactivate"),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_members_api_obeys_the_table() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    let mut wrong = Vec::new();
    for (column, kind) in CALLERS.into_iter().enumerate() {
        let caller = caller(&app, &ada, kind).await;
        for (row, (operation, target_kind, statuses)) in TABLE.iter().enumerate() {
            let cell = row * CALLERS.len() + column;
            let deactivated = *operation == "activate";
            let target = target(&app, &caller, target_kind, cell, deactivated).await;
            let before = app.user(&target).await;
            let call = call(&app, operation, &target).bearer(&caller.token);
            let reply = call.await;
            let expected = statuses[column];
            if reply.status != expected {
                let status = reply.status;
                wrong.push(format!(
                    "{kind} {operation} {target_kind}: {status}, not {expected}"
                ));
            } else if expected != 200 {
                reply.expect_members_error(expected);
                assert_eq!(
                    app.user(&target).await,
                    before,
                    "{kind} {operation} {target_kind}"
                );
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Whoever holds `userManagement` grants just what they hold, and takes anything away.
#[tokio::test]
async fn every_set_of_permissions_grants_itself_and_no_more() {
    const FLAGS: [&str; 5] = [
        "accountManagement",
        "userManagement",
        "addBeacons",
        "toggleBeacons",
        "viewMetrics",
    ];
    let app = App::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let path = format!("/api/v2/users/{}/perms", alan.id);
    for held in 0..1_u32 << FLAGS.len() {
        let holds = |flag: usize| held & 1 << flag != 0;
        let permissions = Permissions {
            account_management: holds(0),
            user_management: holds(1),
            add_beacons: holds(2),
            toggle_beacons: holds(3),
            view_metrics: holds(4),
        };
        let name = format!("holder{held}");
        let holder = app
            .member_with(&ada, &name, Role::User, |user| {
                user.permissions = permissions
            })
            .await;
        for (number, flag) in FLAGS.into_iter().enumerate() {
            for granted in [true, false] {
                let allowed = holds(1) && (!granted || holds(number));
                let call = app.post(&path).bearer(&holder.token);
                let reply = call.json(json!({ flag: granted })).await;
                let status = if allowed { 200 } else { 403 };
                assert_eq!(reply.status, status, "{permissions:?} {flag}: {granted}");
            }
        }
    }
}
