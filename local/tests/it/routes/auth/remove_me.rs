//! `DELETE /auth/me`

use crate::testkit::{Call, PASSWORD, TestApp, account_key};
use roster_domain::Role;
use serde_json::json;

fn leave(app: &TestApp, name: &str) -> Call {
    app.call("DELETE", "/auth/me").basic(name, PASSWORD)
}

#[tokio::test]
async fn a_user_goes_with_everything_of_theirs() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let before = app.items();
    let alan = app.add(&ada, "alan").username("alan").with_password().await;
    let left = leave(&app, "alan").await.expect_status(204);
    assert_eq!(left.text, "");
    assert!(app.user(&alan).await.is_none());
    let mut after = app.items();
    after.retain(|(pk, _), _| !pk.starts_with("ATTEMPTS#"));
    let mut before = before;
    before.retain(|(pk, _), _| !pk.starts_with("ATTEMPTS#"));
    assert_eq!(after, before);
    leave(&app, "alan")
        .await
        .expect_problem(401, "auth_required");
    app.get("/v2/user")
        .bearer(&alan.token)
        .await
        .expect_profile_error(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn no_token_removes_its_holder() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    for call in [
        app.call("DELETE", "/auth/me"),
        app.call("DELETE", "/auth/me").bearer(&ada.token),
    ] {
        let (reply, asked) = app.operations(call).await;
        reply.expect_problem(401, "auth_required");
        assert!(asked.is_empty());
    }
    assert!(app.user(&ada).await.is_some());
}

#[tokio::test]
async fn the_last_owner_of_others_stays_until_another_is_made_one() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let alan = app.invited(&ada, "alan", Role::User).await;
    let refused = leave(&app, "ada").await.expect_problem(409, "last_owner");
    assert!(refused.text.contains("DELETE /auth/account"));
    let remove = app.post("/user/remove").bearer(&ada.token);
    let remove = remove.json(json!({ "id": alan.id }));
    remove.await.expect_status(204);

    let grace = app.add(&ada, "grace").role(Role::Owner).with_password();
    let grace = grace.await;
    leave(&app, "ada").await.expect_status(204);
    assert!(app.user(&ada).await.is_none());
    let account = &app.items()[&(account_key(&ada.account), "ACCOUNT".to_owned())];
    // The founder's address goes with the founder.
    assert!(account["email"].is_null() && account["closed"]["BOOL"] == false);
    assert_eq!(account["changed_by"]["S"], ada.id.as_str());
    assert_eq!(app.active_owners(&grace).await, 1);
}

#[tokio::test]
async fn who_is_alone_closes_the_account_by_leaving_and_is_erased() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    leave(&app, "ada").await.expect_status(204);
    let login = app.post("/user/login").basic("ada", PASSWORD);
    login.await.expect_problem(401, "auth_required");
    background.run_until_idle().await;
    let items = app.items();
    let account = &items[&(account_key(&ada.account), "ACCOUNT".to_owned())];
    assert_eq!(account["closed"]["BOOL"], true);
    assert!(app.user(&ada).await.is_none());
    // The names are free again.
    app.owner("ada").await;
}

/// Both decide while there are two owners: one goes, and the other is then alone.
#[tokio::test]
async fn two_owners_who_leave_at_once_leave_no_open_account_behind() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let grace = app.add(&ada, "grace").role(Role::Owner).with_password();
    let grace = grace.await;
    let replies = app.race(vec![leave(&app, "ada"), leave(&app, &grace.email)]);
    for reply in replies.await {
        reply.expect_status(204);
    }
    let account = &app.items()[&(account_key(&ada.account), "ACCOUNT".to_owned())];
    assert_eq!(account["closed"]["BOOL"], true);
}
