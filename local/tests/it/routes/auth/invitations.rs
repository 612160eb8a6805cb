//! `GET /auth/invitations`, `DELETE /auth/invitations/{id}`

use crate::testkit::{PASSWORD, Person, Reply, TestApp, code_in, next_page};
use roster_domain::{CodePurpose, Permissions, Role, UserId};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn list(app: &TestApp, caller: &Person) -> Vec<Value> {
    let call = app.get("/auth/invitations").bearer(&caller.token);
    let reply = call.await.expect_status(200);
    assert_eq!(next_page(&reply), None);
    reply.json().as_array().unwrap().clone()
}

async fn states(app: &TestApp, caller: &Person) -> Vec<String> {
    let shown = list(app, caller).await.into_iter();
    shown
        .map(|it| it["state"].as_str().unwrap().to_owned())
        .collect()
}

async fn invite(app: &TestApp, caller: &Person, email: &str) {
    let call = app.post("/api/v2/users").bearer(&caller.token);
    call.json(json!({ "email": email }))
        .await
        .expect_status(200);
}

async fn revoke(app: &TestApp, caller: &Person, user: &Person) -> Reply {
    let path = format!("/auth/invitations/{}", user.id);
    app.call("DELETE", &path).bearer(&caller.token).await
}

#[tokio::test]
async fn shows_who_was_invited_by_whom_and_until_when() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let barbara = app.add(&ada, "barbara").role(Role::Admin).invited();
    let barbara = barbara.called("Barbara", "Liskov").await;
    app.advance(Duration::from_secs(1));
    invite(&app, &grace, "kat@example.com").await;
    let shown = list(&app, &ada).await;
    let first = json!({
        "id": barbara.id,
        "email": "barbara@example.com",
        "role": "admin",
        "first": "Barbara",
        "last": "Liskov",
        "invitedBy": { "id": ada.id, "email": "ada@example.com" },
        "requested": "2026-11-21T18:00:00.000Z",
        "expires": "2026-11-28T18:00:00.000Z",
        "state": "queued",
    });
    let second = json!({
        "id": shown[1]["id"],
        "email": "kat@example.com",
        "role": "user",
        "first": null,
        "last": null,
        "invitedBy": { "id": grace.id, "email": "grace@example.com" },
        "requested": "2026-11-21T18:00:01.000Z",
        "expires": "2026-11-28T18:00:01.000Z",
        "state": "queued",
    });
    assert_eq!(shown, [first, second]);
    // Whoever invites afresh is the one; whoever is gone has no address.
    invite(&app, &grace, "barbara@example.com").await;
    let remove = app.post("/user/remove").bearer(&ada.token);
    remove
        .json(json!({ "id": grace.id }))
        .await
        .expect_status(204);
    for it in list(&app, &ada).await {
        assert_eq!(it["invitedBy"], json!({ "id": grace.id, "email": null }));
    }
}

#[tokio::test]
async fn is_queued_then_sent_and_in_the_end_expired() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let barbara = app.invited(&ada, "barbara", Role::User).await;
    assert_eq!(states(&app, &ada).await, ["queued"]);
    app.advance(Duration::from_secs(60));
    app.background_workers().await.run_until_idle().await;
    let shown = list(&app, &ada).await;
    assert_eq!(shown[0]["state"], "sent");
    // The code is made with the mail.
    assert_eq!(shown[0]["expires"], "2026-11-28T18:01:00.000Z");
    app.advance(DAY * 7 - Duration::from_secs(1));
    assert_eq!(states(&app, &ada).await, ["sent"]);
    app.advance(Duration::from_secs(1));
    assert_eq!(states(&app, &ada).await, ["expired"]);
    invite(&app, &ada, &barbara.email).await;
    assert_eq!(states(&app, &ada).await, ["queued"]);
    // One that is never sent expires all the same.
    app.advance(DAY * 7);
    assert_eq!(states(&app, &ada).await, ["expired"]);
}

#[tokio::test]
async fn shows_nobody_who_has_joined_or_is_deactivated_or_was_not_invited() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.invited(&ada, "alan", Role::User).await;
    let code = app.mailed_code(CodePurpose::Invitation, &alan).await;
    app.add(&ada, "withdrawn").invited().deactivated().await;
    let call = app.post("/user/create").bearer(&ada.token);
    let body = json!({ "email": "edsger@example.com", "role": "user" });
    call.json(body).await.expect_status(200);
    let linus = app.account("linus").await;
    app.invited(&linus, "stranger", Role::User).await;
    assert_eq!(list(&app, &ada).await.len(), 1);
    let login = app.post("/user/login").basic(&alan.email, PASSWORD);
    let body = json!({ "invite": code, "register": true });
    login.json(body).await.expect_status(200);
    assert_eq!(list(&app, &ada).await, Vec::<Value>::new());
}

/// The rows of those who have joined lie between; and some of the others are not shown.
#[tokio::test]
async fn a_page_leads_to_the_next() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let mut wanted = Vec::new();
    for number in 0..12 {
        let member = app.add(&ada, &format!("user{number}")).invited();
        if number % 4 == 3 {
            member.deactivated().await;
        } else {
            wanted.push(member.await.id);
        }
    }
    let used = app.items().into_iter();
    let (_, used) = used
        .into_iter()
        .find(|((_, sk), _)| sk.starts_with("INVITATION#"))
        .unwrap();
    for _ in 0..1200 {
        let mut used = used.clone();
        let id = UserId::new(app.now());
        used["SK"] = json!({ "S": format!("INVITATION#{id}") });
        used["user"] = json!({ "S": id.to_string() });
        used["used"] = json!({ "S": app.now().to_string() });
        app.put_item(used);
    }
    for number in 12..14 {
        let name = format!("user{number}");
        wanted.push(app.invited(&ada, &name, Role::User).await.id);
    }
    for path in [
        "/auth/invitations",
        "/auth/invitations?limit=5",
        "/auth/invitations?limit=1",
    ] {
        let mut met = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let reply = app.get(&path).bearer(&ada.token).await.expect_status(200);
            let page = reply.json();
            let ids = page.as_array().unwrap().iter();
            met.extend(ids.map(|it| it["id"].as_str().unwrap().to_owned()));
            next = next_page(&reply);
        }
        assert_eq!(met, wanted, "{path}");
    }
    for query in ["limit=0", "cursor=2"] {
        let call = app
            .get(&format!("/auth/invitations?{query}"))
            .bearer(&ada.token);
        call.await.expect_problem(400, "invalid_value");
    }
}

#[tokio::test]
async fn a_code_that_was_mailed_stops_at_once_and_the_user_can_be_invited_again() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let barbara = app.invited(&ada, "barbara", Role::User).await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let code = |mails: &[roster_local::Mail]| code_in(mails.last().unwrap()).unwrap().to_owned();
    let first = code(&background.aws.mails_to(&barbara.email));
    let accept = |code: &str| {
        let login = app.post("/user/login").basic(&barbara.email, PASSWORD);
        login.json(json!({ "invite": code, "register": true }))
    };
    let reply = revoke(&app, &ada, &barbara).await.expect_status(204);
    assert_eq!(reply.text, "");
    accept(&first).await.expect_problem(400, "invalid_value");
    revoke(&app, &ada, &barbara)
        .await
        .expect_problem(404, "not_found");
    assert_eq!(list(&app, &ada).await, Vec::<Value>::new());
    let users = app.get("/auth/users").bearer(&ada.token).await.json();
    assert_eq!(
        (&users[1]["state"], &users[1]["invited"]),
        (&json!("invited"), &Value::Null)
    );

    app.advance(Duration::from_secs(60));
    invite(&app, &ada, &barbara.email).await;
    background.run_until_idle().await;
    let second = code(&background.aws.mails_to(&barbara.email));
    accept(&first).await.expect_problem(400, "invalid_value");
    accept(&second).await.expect_status(200);
    revoke(&app, &ada, &barbara)
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_mail_that_waits_is_not_sent() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let barbara = app.invited(&ada, "barbara", Role::User).await;
    revoke(&app, &ada, &barbara).await.expect_status(204);
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    assert_eq!(background.aws.mails_to(&barbara.email).len(), 0);
    assert!(background.aws.dead_letters().is_empty());
    // Another address of the same user asks for no mail either.
    let update = app.post("/user/update").bearer(&ada.token);
    let body = json!({ "id": barbara.id, "email": "liskov@example.com" });
    update.json(body).await.expect_status(200);
    background.run_until_idle().await;
    assert_eq!(background.aws.mails_to("liskov@example.com").len(), 0);
    // An admin removes the user.
    let remove = app.post("/user/remove").bearer(&ada.token);
    remove
        .json(json!({ "id": barbara.id }))
        .await
        .expect_status(204);
}

#[tokio::test]
async fn takes_a_login_and_no_lower_role() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let managing = Permissions {
        user_management: true,
        ..Permissions::INITIAL
    };
    let alan = app.add(&ada, "alan").permissions(managing).await;
    let grace = app.invited(&ada, "grace", Role::Admin).await;
    let before = app.items();
    revoke(&app, &alan, &grace)
        .await
        .expect_problem(403, "forbidden");
    assert!(app.items() == before);
    let named = app.with_named_token(&ada, "report").await;
    revoke(&app, &named, &grace)
        .await
        .expect_problem(403, "forbidden");
    let call = app.get("/auth/invitations").bearer(&named.token);
    call.await.expect_status(200);
    revoke(&app, &ada, &grace).await.expect_status(204);
    let withdrawn = app.add(&ada, "withdrawn").invited().deactivated().await;
    revoke(&app, &ada, &withdrawn).await.expect_status(204);
    for id in ["42", "01a1ff43-e8b8-77b5-a979-785a0a5f5b18"] {
        let nobody = Person {
            id: id.to_owned(),
            ..ada.clone()
        };
        revoke(&app, &ada, &nobody)
            .await
            .expect_problem(404, "not_found");
    }
}

/// One of them wins, and the other is told.
#[tokio::test(flavor = "multi_thread")]
async fn accepted_and_revoked_at_once_it_is_one_of_them() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for number in 0..4 {
        let name = format!("barbara{number}");
        let barbara = app.invited(&ada, &name, Role::User).await;
        let code = app.mailed_code(CodePurpose::Invitation, &barbara).await;
        let accept = app.post("/user/login").basic(&barbara.email, PASSWORD);
        let accept = accept.json(json!({ "invite": code, "register": true }));
        let path = format!("/auth/invitations/{}", barbara.id);
        let revoke = app.call("DELETE", &path).bearer(&ada.token);
        let replies = app.race(vec![accept, revoke]).await;
        let statuses = [replies[0].status, replies[1].status];
        assert!([[200, 404], [400, 204]].contains(&statuses), "{replies:?}");
        let joined = app.user(&barbara).await.unwrap().has_joined();
        assert_eq!(joined, statuses[0] == 200);
    }
}
