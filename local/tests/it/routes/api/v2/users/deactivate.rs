//! `POST /api/v2/users/{id}/deactivate`

use crate::testkit::{AccountEdit, Edit, PASSWORD, Person, Reply, TestApp, at_once};
use roster_domain::Role;

async fn deactivate(app: &TestApp, caller: &Person, member: &Person) -> Reply {
    let path = format!("/api/v2/users/{}/deactivate", member.id);
    app.post(&path).bearer(&caller.token).await
}

#[tokio::test]
async fn takes_access_away_at_once() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    app.get("/v2/user")
        .bearer(&alan.token)
        .await
        .expect_status(200);
    for _ in 0..2 {
        let reply = deactivate(&app, &ada, &alan).await.expect_status(200);
        let text = r#"{"error":false,"message":"User deactivated","statusCode":200}"#;
        assert_eq!(reply.text, text);
        let user = app.user(&alan).await.unwrap();
        assert!(user.is_deactivated() && user.tokens() == 0);
        app.get("/api/v2/users")
            .bearer(&alan.token)
            .await
            .expect_members_error(401);
    }
    // The token does not come back with the access.
    let path = format!("/api/v2/users/{}/activate", alan.id);
    app.post(&path).bearer(&ada.token).await.expect_status(200);
    app.get("/api/v2/users")
        .bearer(&alan.token)
        .await
        .expect_members_error(401);
}

#[tokio::test]
async fn a_password_does_not_work_either() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let joan = app.member(&ada, "joan", Role::Owner).await;
    deactivate(&app, &joan, &ada).await.expect_status(200);
    let login = app.post("/user/login").basic("ada", PASSWORD);
    login.await.expect_problem(401, "auth_required");
}

#[tokio::test]
async fn nobody_deactivates_themselves() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    app.member(&ada, "joan", Role::Owner).await;
    deactivate(&app, &ada, &ada).await.expect_members_error(409);
    assert_eq!(app.active_owners(&ada).await, 2);
}

#[tokio::test]
async fn owners_who_deactivate_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    let mut owners = vec![app.account("owner0").await];
    for number in 1..8 {
        let name = format!("owner{number}");
        owners.push(app.member(&owners[0], &name, Role::Owner).await);
    }
    assert_eq!(app.active_owners(&owners[0]).await, 8);
    let sent: Vec<_> = (0..owners.len())
        .map(|number| {
            let other = &owners[(number + 1) % owners.len()];
            let path = format!("/api/v2/users/{}/deactivate", other.id);
            app.post(&path).bearer(&owners[number].token)
        })
        .collect();
    for reply in at_once(sent).await {
        let fair = [200, 401, 409, 503];
        assert!(fair.contains(&reply.status), "{reply:?}");
    }
    let mut active = 0;
    for owner in &owners {
        active += u32::from(app.user(owner).await.unwrap().is_active_owner());
    }
    assert!(active >= 1);
    assert_eq!(app.active_owners(&owners[0]).await, active);
}

/// Made an owner between the read and the write, the member counts as one: the count moves, and
/// only an owner may.
#[tokio::test]
async fn a_member_promoted_meanwhile_is_judged_by_the_new_role() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    for (caller, status) in [(&grace, 403), (&ada, 200)] {
        let name = format!("alan{status}");
        let alan = app.member(&ada, &name, Role::User).await;
        let promote = || {
            app.edit(&alan, Edit::Role(Role::Owner));
            app.edit_account(&alan, AccountEdit::ActiveOwners(2));
        };
        let path = format!("/api/v2/users/{}/deactivate", alan.id);
        let call = app.post(&path).bearer(&caller.token);
        let reply = app.between_reads_and_writes(call, promote).await;
        reply.expect_status(status);
        let deactivated = status == 200;
        assert_eq!(app.user(&alan).await.unwrap().is_deactivated(), deactivated);
        assert_eq!(
            app.active_owners(&ada).await,
            if deactivated { 1 } else { 2 }
        );
    }
}

/// A login does not stand in the way of a deactivation, and must not outlive it.
#[tokio::test]
async fn a_login_that_came_in_meanwhile_is_ended() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.add(&ada, "alan").without_tokens().await;
    let path = format!("/api/v2/users/{}/deactivate", alan.id);
    let call = app.post(&path).bearer(&ada.token);
    let log_in = || app.edit(&alan, Edit::LoggedIn(&ada));
    let reply = app.between_reads_and_writes(call, log_in).await;
    reply.expect_status(200);
    assert_eq!(app.user(&alan).await.unwrap().tokens(), 0);
}
