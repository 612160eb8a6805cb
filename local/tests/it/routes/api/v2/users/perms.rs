//! `POST /api/v2/users/{id}/perms`

use crate::testkit::{Call, Edit, Person, TestApp, at_once};
use roster_domain::{Permissions, Role};
use serde_json::{Value, json};

const FLAGS: [&str; 5] = [
    "accountManagement",
    "userManagement",
    "addBeacons",
    "toggleBeacons",
    "viewMetrics",
];

fn set(app: &TestApp, caller: &Person, member: &Person, body: Value) -> Call {
    let call = app.post(&format!("/api/v2/users/{}/perms", member.id));
    call.bearer(&caller.token).json(body)
}

#[tokio::test]
async fn changes_what_it_names_and_answers_with_all_five() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let mut held = json!({
        "accountManagement": false,
        "userManagement": false,
        "addBeacons": false,
        "toggleBeacons": false,
        "viewMetrics": true,
    });
    let shown = set(&app, &ada, &alan, json!({})).await.expect_status(200);
    assert_eq!(shown.json(), held);
    for flag in FLAGS {
        let before = held[flag].as_bool().unwrap();
        for granted in [!before, before, !before] {
            held[flag] = json!(granted);
            let shown = set(&app, &ada, &alan, json!({ flag: granted })).await;
            assert_eq!(shown.expect_status(200).json(), held);
            let stored = app.user(&alan).await.unwrap().permissions();
            assert_eq!(json!(stored), held);
        }
    }
    let path = format!("/api/v2/users/{}/perms", alan.id);
    let shown = app.post(&path).bearer(&ada.token).await.expect_status(200);
    assert_eq!(shown.json(), held, "without a body");
}

#[tokio::test]
async fn flags_are_booleans() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    for flag in FLAGS {
        for value in [json!(null), json!("true"), json!(1), json!([])] {
            let reply = set(&app, &ada, &alan, json!({ flag: value })).await;
            let message = reply.expect_members_error(400).json()["message"].clone();
            assert_eq!(message, format!("{flag} must be a boolean"));
        }
    }
}

#[tokio::test]
async fn two_admins_who_set_different_flags_at_once_both_win() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let alan = app.member(&ada, "alan", Role::User).await;
    for round in 0..20 {
        let granted = round % 2 == 0;
        let sent = FLAGS.map(|flag| {
            let admin = if flag.len() % 2 == 0 { &ada } else { &grace };
            set(&app, admin, &alan, json!({ flag: granted }))
        });
        for reply in at_once(sent).await {
            reply.expect_status(200);
        }
        let expected = if granted {
            Permissions::ALL
        } else {
            Permissions::default()
        };
        let stored = app.user(&alan).await.unwrap();
        assert_eq!(stored.own_permissions(), expected);
    }
}

/// Made an admin between the read and the write, the member holds all permissions, and what was
/// set for them as a user is not touched.
#[tokio::test]
async fn a_member_promoted_meanwhile_keeps_the_permissions_that_were_set() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let promote = || app.edit(&alan, Edit::Role(Role::Admin));
    let call = set(&app, &ada, &alan, json!({ "viewMetrics": false }));
    let reply = app.between_reads_and_writes(call, promote).await;
    reply.expect_members_error(409);
    let stored = app.user(&alan).await.unwrap();
    assert_eq!(stored.own_permissions(), Permissions::INITIAL);
}
