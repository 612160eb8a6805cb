//! `POST /api/v2/users/{id}/activate`

use crate::support::{App, Person, Reply};
use roster_domain::Role;
use std::time::Duration;

async fn activate(app: &App, caller: &Person, member: &Person) -> Reply {
    let path = format!("/api/v2/users/{}/activate", member.id);
    app.post(&path).bearer(&caller.token).await
}

#[tokio::test]
async fn gives_access_back_but_no_token() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    let hedy = app
        .member_with(&ada, "hedy", Role::User, |user| {
            user.deactivated = true;
            user.tokens.clear();
        })
        .await;
    app.advance(Duration::from_secs(1));
    for _ in 0..2 {
        let reply = activate(&app, &ada, &hedy).await.expect_status(200);
        let text = r#"{"error":false,"message":"User activated","statusCode":200}"#;
        assert_eq!(reply.text, text);
        let user = app.user(&hedy).await.unwrap();
        assert!(user.is_active() && user.tokens.is_empty());
        assert_eq!(user.updated, app.roster.clock.now());
    }
    app.advance(Duration::from_secs(1));
    let (_, asked) = app.asked(activate(&app, &ada, &hedy)).await;
    let locks = "nothing is written that is so already, but perhaps there is a lock to end";
    assert_eq!(asked, ["BatchGetItem", "TransactWriteItems"], "{locks}");
    assert_eq!(
        app.user(&hedy).await.unwrap().updated,
        app.roster.clock.now() - Duration::from_secs(1)
    );
}

#[tokio::test]
async fn who_is_still_invited_stays_so() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    let barbara = app.invited(&ada, "barbara", Role::User).await;
    activate(&app, &ada, &barbara).await.expect_status(200);
    assert!(!app.user(&barbara).await.unwrap().joined);
    let mary = app
        .member_with(&ada, "mary", Role::Owner, |user| {
            user.joined = false;
            user.deactivated = true;
        })
        .await;
    activate(&app, &ada, &mary).await.expect_status(200);
    let user = app.user(&mary).await.unwrap();
    assert!(!user.joined && !user.deactivated);
    assert_eq!(app.active_owners(&ada).await, 1, "she has yet to join");
}

#[tokio::test]
async fn an_owner_who_is_activated_counts_again() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    let joan = app.deactivated(&ada, "joan", Role::Owner).await;
    assert_eq!(app.active_owners(&ada).await, 1);
    let both = [&ada, &ada].map(|caller| {
        let path = format!("/api/v2/users/{}/activate", joan.id);
        let call = app.post(&path).bearer(&caller.token);
        tokio::spawn(async move { call.await })
    });
    for reply in both {
        reply.await.unwrap().expect_status(200);
    }
    assert_eq!(app.active_owners(&ada).await, 2);
}
