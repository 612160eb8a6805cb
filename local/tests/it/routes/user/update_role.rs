//! `POST /user/updateRole`. What each role may do is in `role_table.rs`, the last owner in
//! `last_owner.rs`.

use crate::testkit::TestApp;
use roster_domain::{CodePurpose, Role};
use serde_json::json;

#[tokio::test]
async fn shows_the_user_in_the_new_role_which_counts_at_once() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let give = |role: &str| {
        let call = app.post("/user/updateRole").bearer(&ada.token);
        call.json(json!({ "id": alan.id, "role": role }))
    };
    let find = || {
        let call = app.post("/user/find").bearer(&alan.token);
        call.json(json!({ "id": ada.id }))
    };
    find().await.expect_problem(403, "forbidden");
    let updated = give("admin").await.expect_status(200).json();
    assert_eq!(
        (&updated["id"], &updated["role"]),
        (&json!(alan.id), &json!("admin"))
    );
    find().await.expect_status(200);
    give("owner").await.expect_status(200);
    assert_eq!(app.active_owners(&ada).await, 2);
    give("owner").await.expect_status(200);
    assert_eq!(app.active_owners(&ada).await, 2);
    give("user").await.expect_status(200);
    assert_eq!(app.active_owners(&ada).await, 1);
    find().await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn an_inactive_owner_is_counted_once_activated() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let deactivated = app.deactivated(&ada, "grace", Role::User).await;
    let invited = app.invited(&ada, "alan", Role::Admin).await;
    for person in [&deactivated, &invited] {
        let call = app.post("/user/updateRole").bearer(&ada.token);
        let call = call.json(json!({ "id": person.id, "role": "owner" }));
        call.await.expect_status(200);
    }
    assert_eq!(app.active_owners(&ada).await, 1);
    let path = format!("/api/v2/users/{}/activate", deactivated.id);
    let call = app.post(&path).bearer(&ada.token);
    call.await.expect_status(200);
    assert_eq!(app.active_owners(&ada).await, 2);
}

#[tokio::test]
async fn a_fresh_invitation_goes_only_to_a_user_who_may_still_accept_one() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let invited = app.invited(&ada, "grace", Role::User).await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let barred = app.add(&ada, "edith").invited().deactivated().await;
    let invitation = |person| app.challenge(CodePurpose::Invitation, person);
    let before = invitation(&invited).await;
    let of_barred = invitation(&barred).await;
    app.advance(std::time::Duration::from_secs(1));
    for (send_invite, changed) in [(false, false), (true, true)] {
        for person in [&invited, &alan, &barred] {
            let call = app.post("/user/updateRole").bearer(&ada.token);
            let body = json!({ "id": person.id, "role": "user", "sendInvite": send_invite });
            call.json(body).await.expect_status(200);
        }
        assert_eq!(invitation(&invited).await != before, changed);
        assert_eq!(invitation(&alan).await, None);
        assert_eq!(invitation(&barred).await, of_barred);
    }
}

#[tokio::test]
async fn an_invalid_field_is_named() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let update = |body| app.post("/user/updateRole").bearer(&ada.token).json(body);
    for (body, field) in [
        (json!({ "role": "user" }), "id"),
        (json!({ "id": ada.id }), "role"),
        (json!({ "id": "ada", "role": "user" }), "id"),
        (json!({ "id": ada.id, "role": "" }), "role"),
    ] {
        let problem = update(body).await.expect_problem(400, "invalid_value");
        assert_eq!(problem.json()["field"], field);
    }
    for body in [
        json!({ "id": ada.id, "role": null }),
        json!({ "id": 42, "role": "user" }),
        json!({ "id": ada.id, "role": "user", "sendInvite": 1 }),
    ] {
        update(body).await.expect_problem(400, "malformed_body");
    }
}
