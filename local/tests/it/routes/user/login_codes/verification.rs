//! With the code of a verification.

use super::*;
use crate::testkit::Edit;

async fn is_verified(app: &TestApp, person: &Person) -> bool {
    app.user(person).await.unwrap().is_verified()
}

#[tokio::test]
async fn a_right_password_with_the_code_verifies_the_address_and_logs_in() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let logged_in = confirm(&app, &ada, &code).await.expect_status(200).json();
    let token = logged_in["token"]["token"].as_str().unwrap();
    let shown = app.get("/rest/users/ada").bearer(token).await;
    assert_eq!(shown.json()["content"]["status"], "verified");
    confirm(&app, &ada, &code)
        .await
        .expect_problem(410, "code_used");
    // `register` means nothing for a user who has a password.
    let ida = app.owner("ida").await;
    let code = verification(&app, &ida).await;
    accept(&app, &ida, &code).await.expect_status(200);
    assert!(is_verified(&app, &ida).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_two_logins_with_one_code_at_once_one_is_accepted() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let logins = (0..32).map(|_| confirm(&app, &ada, &code));
    let mut accepted = 0;
    for reply in at_once(logins).await {
        if reply.status == 200 {
            accepted += 1;
        } else {
            reply.expect_problem(410, "code_used");
        }
    }
    assert_eq!(accepted, 1);
    assert!(is_verified(&app, &ada).await);
}

#[tokio::test]
async fn a_wrong_password_verifies_nothing_and_counts() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let body = json!({ "invite": code });
    for _ in 0..10 {
        let reply = login(&app, "ada@example.com", WRONG, body.clone()).await;
        reply.expect_problem(401, "auth_required");
    }
    let locked = login(&app, "ada@example.com", PASSWORD, json!({})).await;
    let locked = locked.expect_problem(429, "too_many_failures");
    assert_eq!(locked.header("retry-after"), "60");
    assert!(!is_verified(&app, &ada).await);
    // So many with one code, and it is good for nothing more: it may be in the wrong hands.
    confirm(&app, &ada, &code)
        .await
        .expect_problem(410, "code_used");
}

#[tokio::test]
async fn a_right_password_with_the_code_is_never_locked_out_and_ends_the_lock() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    for _ in 0..10 {
        let reply = login(&app, "ada@example.com", WRONG, json!({})).await;
        reply.expect_problem(401, "auth_required");
    }
    let locked = login(&app, "ada@example.com", PASSWORD, json!({})).await;
    locked.expect_problem(429, "too_many_failures");
    confirm(&app, &ada, &code).await.expect_status(200);
    assert!(app.has_no_attempts("ada@example.com").await);
    app.login("ada@example.com").await;
}

#[tokio::test]
async fn a_code_that_went_to_one_address_verifies_no_other() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let first = verification(&app, &ada).await;
    let change = |email: &str| {
        let call = app.put("/v2/user").api_token(&ada.token);
        call.json(json!({ "email1": email }))
    };
    change("lovelace@example.com").await.expect_status(200);
    let lovelace = ada.at("lovelace@example.com");
    let second = verification(&app, &lovelace).await;
    confirm(&app, &lovelace, &first)
        .await
        .expect_problem(410, "code_used");
    confirm(&app, &ada, &first)
        .await
        .expect_problem(400, "invalid_value");
    // Back to the first address: what was mailed there is still the older code.
    change("ada@example.com").await.expect_status(200);
    for code in [&first, &second] {
        confirm(&app, &ada, code)
            .await
            .expect_problem(410, "code_used");
    }
    assert!(!is_verified(&app, &ada).await);
    // Written in another case it is the same address, and the code stays good.
    let third = verification(&app, &ada).await;
    change("Ada@Example.com").await.expect_status(200);
    confirm(&app, &ada, &third).await.expect_status(200);
    assert!(is_verified(&app, &ada).await);
}

#[tokio::test]
async fn the_oldest_of_ten_tokens_makes_room_and_a_deactivated_user_confirms_nothing() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    for _ in 0..9 {
        app.advance(Duration::from_secs(60));
        app.login("ada@example.com").await;
    }
    let code = verification(&app, &ada).await;
    confirm(&app, &ada, &code).await.expect_status(200);
    assert_eq!(app.user(&ada).await.unwrap().tokens(), 10);
    let oldest = app.get("/v2/user").bearer(&ada.token).await;
    oldest.expect_profile_error(401, "AUTH_REQUIRED");

    let ida = app.owner("ida").await;
    let code = verification(&app, &ida).await;
    app.edit(&ida, Edit::Deactivated);
    confirm(&app, &ida, &code)
        .await
        .expect_problem(401, "auth_required");
    assert!(!is_verified(&app, &ida).await);
}
