//! `GET /auth/users`; and how a page ends that would be too large, of every list.

use crate::testkit::{Edit, Person, TestApp, next_page};
use roster_domain::{Permissions, Role};
use serde_json::{Value, json};
use std::time::Duration;

async fn list(app: &TestApp, caller: &Person) -> Vec<Value> {
    let call = app.get("/auth/users").bearer(&caller.token);
    let reply = call.await.expect_status(200);
    assert_eq!(next_page(&reply), None);
    reply.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn shows_the_record_with_state_lock_and_permissions() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.lock("ada", 11);
    let shown = list(&app, &ada).await;
    let all = json!(Permissions::ALL);
    assert_eq!(
        shown,
        [json!({
            "accountId": ada.account,
            "activity": "2026-11-21T18:00:00.000Z",
            "cloudId": null,
            "email": "ada@example.com",
            "first": null,
            "id": ada.id,
            "last": null,
            "preferences": {},
            "role": "owner",
            "state": "active",
            "verified": false,
            "lockedUntil": "2026-11-21T18:02:00.000Z",
            "permissions": { "held": all, "set": Permissions::INITIAL },
            "invited": null,
            "lastSeen": "2026-11-21T18:00:00.000Z",
            "lastLogin": "2026-11-21T18:00:00.000Z",
        })]
    );
    app.advance(Duration::from_secs(120));
    assert_eq!(list(&app, &ada).await[0]["lockedUntil"], Value::Null);
}

#[tokio::test]
async fn shows_everybody_whatever_they_are_called_and_whether_they_have_joined() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let managing = Permissions {
        user_management: true,
        ..Permissions::INITIAL
    };
    let alan = app.add(&ada, "alan").permissions(managing).verified().await;
    app.invited(&ada, "barbara", Role::User).await;
    app.deactivated(&ada, "hedy", Role::Admin).await;
    app.add(&ada, "withdrawn").invited().deactivated().await;
    let call = app.post("/user/create").bearer(&ada.token);
    let body = json!({ "email": "edsger@example.com", "role": "user" });
    call.json(body).await.expect_status(200);
    app.account("linus").await;
    let shown = list(&app, &alan).await;
    let states: Vec<_> = shown
        .iter()
        .map(|user| {
            (
                user["email"].as_str().unwrap(),
                user["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        states,
        [
            ("ada@example.com", "active"),
            ("alan@example.com", "active"),
            ("barbara@example.com", "invited"),
            ("hedy@example.com", "deactivated"),
            ("withdrawn@example.com", "deactivated"),
            ("edsger@example.com", "invited"),
        ]
    );
    assert_eq!(shown[1]["permissions"]["held"], json!(managing));
    assert_eq!(shown[1]["verified"], true);
    assert_eq!(shown[2]["invited"], "2026-11-21T18:00:00.000Z");
    assert_eq!(shown[2]["lastSeen"], "2026-11-21T18:00:00.000Z");
    assert_eq!(shown[5]["invited"], Value::Null);
    assert_eq!(shown[5]["lastSeen"], Value::Null);
}

/// The address that may be gone back to is a name too, and a name that is somebody else's login is
/// none.
#[tokio::test]
async fn a_lock_is_that_of_a_name_which_logs_the_user_in() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.add(&ada, "alan").username("alan").verified().await;
    app.invited(&ada, "barbara", Role::User).await;
    app.readdress(&alan, "turing@example.com").await;
    let locks = async || {
        let shown = list(&app, &ada).await.into_iter();
        let locks: Vec<_> = shown.map(|user| !user["lockedUntil"].is_null()).collect();
        locks
    };
    assert_eq!(locks().await, [false, false, false]);
    for name in ["ALAN", "alan@example.com", "turing@example.com"] {
        app.lock(&name.to_lowercase(), 10);
        assert_eq!(locks().await, [false, true, false], "{name}");
        app.advance(Duration::from_secs(60));
        assert_eq!(locks().await, [false, false, false], "{name}");
    }
    // Barbara's address is in the account only: as a login it may be anybody's.
    app.lock("barbara@example.com", 10);
    assert_eq!(locks().await, [false, false, false]);
}

#[tokio::test]
async fn a_page_leads_to_the_next() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let mut all = vec![ada.id.clone()];
    for number in 0..249 {
        let name = format!("user{number}");
        all.push(app.member(&ada, &name, Role::User).await.id);
    }
    for (path, pages) in [
        ("/auth/users", 3),
        ("/auth/users?limit=125", 2),
        ("/auth/users?limit=1000", 1),
    ] {
        let (mut met, mut count) = (Vec::new(), 0);
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let reply = app.get(&path).bearer(&ada.token).await.expect_status(200);
            let page = reply.json();
            let ids = page.as_array().unwrap().iter();
            met.extend(ids.map(|user| user["id"].as_str().unwrap().to_owned()));
            next = next_page(&reply);
            count += 1;
        }
        assert_eq!((met == all, count), (true, pages), "{path}");
    }
    for query in [
        "limit=0",
        "limit=1001",
        "cursor=2",
        "cursor=PAGh_0PdAHKMjq8wutfD38U",
    ] {
        let call = app.get(&format!("/auth/users?{query}")).bearer(&ada.token);
        call.await.expect_problem(400, "invalid_value");
    }
}

/// Lambda refuses a response of more than 6 MB, with the JSON around the body and the escapes that the
/// body gets in it.
#[track_caller]
fn expect_fits(text: &str) {
    let size = serde_json::to_string(text).unwrap().len();
    assert!(size < 6_000_000, "{size} bytes");
}

/// Each of them has preferences that are twice as large when they are escaped.
async fn large_users(app: &TestApp) -> (Person, Vec<String>) {
    let ada = app.account("ada").await;
    let quotes = "\\\"".repeat(4080);
    app.edit(&ada, Edit::Preferences(&format!(r#"{{"a":"{quotes}"}}"#)));
    let copies = app.copies(&ada, 499).into_iter();
    let all = [ada.id.clone()].into_iter();
    let all = all.chain(copies.map(|id| id.to_string())).collect();
    (ada, all)
}

#[tokio::test]
async fn a_page_of_large_users_ends_early() {
    let app = TestApp::start().await;
    let (ada, all) = large_users(&app).await;
    let mut met = Vec::new();
    let mut next = Some("/auth/users?limit=1000".to_owned());
    let mut pages = 0;
    while let Some(path) = next {
        let reply = app.get(&path).bearer(&ada.token).await.expect_status(200);
        expect_fits(&reply.text);
        let page = reply.json();
        let ids = page.as_array().unwrap().iter();
        met.extend(ids.map(|user| user["id"].as_str().unwrap().to_owned()));
        next = next_page(&reply);
        pages += 1;
    }
    assert_eq!((met == all, pages), (true, 2));
}

#[tokio::test]
async fn a_page_of_the_directory_ends_early_both_ways() {
    let app = TestApp::start().await;
    let (ada, all) = large_users(&app).await;
    let find = async |body: Value| {
        let call = app.post("/user/find").bearer(&ada.token).json(body);
        let reply = call.await.expect_status(200);
        expect_fits(&reply.text);
        reply.json()
    };
    let ids = |page: &Value| -> Vec<String> {
        let users = page["data"].as_array().unwrap().iter();
        users
            .map(|user| user["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = find(json!({ "limit": 1000 })).await;
    let second = find(json!({ "limit": 1000, "next": first["next"] })).await;
    assert_eq!([ids(&first), ids(&second)].concat(), all);
    assert_eq!(
        (&first["prev"], &second["next"]),
        (&Value::Null, &Value::Null)
    );
    // Back from beyond the last: as many of the newest as there is room for.
    let end = find(json!({ "limit": 1, "prev": second["prev"] })).await;
    assert_eq!(ids(&end)[..], all[ids(&first).len() - 1..ids(&first).len()]);
    let last = Person {
        id: all[all.len() - 1].clone(),
        ..ada.clone()
    };
    let back = find(json!({ "limit": 1000, "prev": last.prev() })).await;
    let more = find(json!({ "limit": 1000, "prev": back["prev"] })).await;
    assert_eq!([ids(&more), ids(&back)].concat(), all[..all.len() - 1]);
    assert_eq!(more["prev"], Value::Null);
}
