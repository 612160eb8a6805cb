//! `POST /api/v2/users/{id}/activate`

use crate::testkit::{Person, Reply, TestApp, at_once};
use roster_domain::Role;
use std::time::Duration;

async fn activate(app: &TestApp, caller: &Person, member: &Person) -> Reply {
    let path = format!("/api/v2/users/{}/activate", member.id);
    app.post(&path).bearer(&caller.token).await
}

#[tokio::test]
async fn gives_access_back_but_no_token() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let hedy = app.add(&ada, "hedy").deactivated().without_tokens().await;
    app.advance(Duration::from_secs(1));
    for _ in 0..2 {
        let reply = activate(&app, &ada, &hedy).await.expect_status(200);
        let text = r#"{"error":false,"message":"User activated","statusCode":200}"#;
        assert_eq!(reply.text, text);
        let user = app.user(&hedy).await.unwrap();
        assert!(user.is_active() && user.tokens() == 0);
        assert_eq!(user.updated(), app.now());
    }
    app.advance(Duration::from_secs(1));
    let (_, asked) = app.operations(activate(&app, &ada, &hedy)).await;
    // Nothing is written that is so already, but perhaps there is a lock to end.
    assert_eq!(asked, ["GetItem", "GetItem", "TransactWriteItems"]);
    assert_eq!(
        app.user(&hedy).await.unwrap().updated(),
        app.now() - Duration::from_secs(1)
    );
}

#[tokio::test]
async fn an_invited_member_stays_invited() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let barbara = app.invited(&ada, "barbara", Role::User).await;
    activate(&app, &ada, &barbara).await.expect_status(200);
    assert!(!app.user(&barbara).await.unwrap().has_joined());
    let mary = app.add(&ada, "mary").role(Role::Owner).invited();
    let mary = mary.deactivated().await;
    activate(&app, &ada, &mary).await.expect_status(200);
    let user = app.user(&mary).await.unwrap();
    assert!(!user.has_joined() && !user.is_deactivated());
    assert_eq!(app.active_owners(&ada).await, 1, "she has yet to join");
}

#[tokio::test]
async fn an_owner_who_is_activated_counts_again() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let joan = app.deactivated(&ada, "joan", Role::Owner).await;
    assert_eq!(app.active_owners(&ada).await, 1);
    let both = [&ada, &ada].map(|caller| {
        let path = format!("/api/v2/users/{}/activate", joan.id);
        app.post(&path).bearer(&caller.token)
    });
    for reply in at_once(both).await {
        reply.expect_status(200);
    }
    assert_eq!(app.active_owners(&ada).await, 2);
}
