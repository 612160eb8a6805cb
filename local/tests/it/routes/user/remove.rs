//! `POST /user/remove`. What each role may do is in `role_table.rs`, the last owner in
//! `last_owner.rs`.

use crate::testkit::{PASSWORD, TestApp};
use roster_domain::Role;
use serde_json::json;

#[tokio::test]
async fn everything_of_the_user_goes_and_nothing_else() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let before = app.items();
    // With a username, an invitation, a verification and a token.
    let grace = app.add(&ada, "grace").role(Role::Owner).username("grace");
    let grace = grace.await;
    let call = app.post("/user/update").bearer(&grace.token);
    let call = call.json(json!({ "email": "hopper@example.com" }));
    call.await.expect_status(200);
    let alan = app.invited(&ada, "alan", Role::User).await;
    let remove = |id: &str| {
        let call = app.post("/user/remove").bearer(&ada.token);
        call.json(json!({ "id": id }))
    };
    let removed = remove(&grace.id).await.expect_status(204);
    assert_eq!(removed.text, "");
    assert_eq!(removed.header("content-type"), "");
    remove(&alan.id).await.expect_status(204);
    let mut after = app.items();
    // How many mails were asked for is forgotten a day later.
    after.retain(|(_, sk), _| !sk.starts_with("MAILS#"));
    let mut before = before;
    before.retain(|(_, sk), _| !sk.starts_with("MAILS#"));
    assert_eq!(after, before);
    app.get("/v2/user")
        .bearer(&grace.token)
        .await
        .expect_profile_error(401, "AUTH_REQUIRED");
    remove(&grace.id).await.expect_problem(404, "not_found");
    for name in ["grace", "hopper"] {
        let body = json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSWORD });
        app.post("/rest/users").json(body).await.expect_status(201);
    }
}

#[tokio::test]
async fn both_fields_have_to_name_the_same_user() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let remove = |body| app.post("/user/remove").bearer(&grace.token).json(body);
    for body in [
        json!({ "id": alan.id, "email": "grace@example.com" }),
        json!({ "id": grace.id, "email": "alan@example.com" }),
    ] {
        remove(body).await.expect_problem(404, "not_found");
    }
    for body in [json!({}), json!({ "name": "alan" })] {
        let problem = remove(body).await.expect_problem(400, "invalid_value");
        assert_eq!(problem.json()["field"], "id");
    }
    remove(json!({ "id": alan.id, "email": "Alan@Example.com" }))
        .await
        .expect_status(204);
    // Oneself, too.
    remove(json!({ "email": "grace@example.com" }))
        .await
        .expect_status(204);
    remove(json!({ "id": alan.id }))
        .await
        .expect_problem(401, "auth_required");
}

#[tokio::test]
async fn an_owner_who_is_not_active_is_never_the_last() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let invited = app.invited(&ada, "grace", Role::Owner).await;
    let deactivated = app.deactivated(&ada, "alan", Role::Owner).await;
    let remove = |id: &str| {
        let call = app.post("/user/remove").bearer(&ada.token);
        call.json(json!({ "id": id }))
    };
    remove(&ada.id).await.expect_problem(409, "last_owner");
    remove(&invited.id).await.expect_status(204);
    remove(&deactivated.id).await.expect_status(204);
    remove(&ada.id).await.expect_problem(409, "last_owner");
}
