//! With the code of a verification.

use super::*;
use roster_domain::LoginAttempts;

async fn is_verified(app: &App, person: &Person) -> bool {
    app.user(person).await.unwrap().email_verified
}

#[tokio::test]
async fn a_right_password_with_the_code_verifies_the_address_and_logs_in() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let logged_in = confirm(&app, &ada, &code).await.expect_status(200).json();
    let token = logged_in["token"]["token"].as_str().unwrap();
    let shown = app.get("/rest/users/ada").bearer(token).await;
    assert_eq!(shown.json()["content"]["status"], "verified");
    confirm(&app, &ada, &code)
        .await
        .expect_problem(410, "code_used");
    // `register` means nothing to who has a password.
    let ida = app.owner("ida").await;
    let code = verification(&app, &ida).await;
    accept(&app, &ida, &code).await.expect_status(200);
    assert!(is_verified(&app, &ida).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_two_logins_with_one_code_at_once_one_is_accepted() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let login = |_| tokio::spawn(confirm(&app, &ada, &code).into_future());
    let logins: Vec<_> = (0..32).map(login).collect();
    let mut accepted = 0;
    for login in logins {
        let reply = login.await.unwrap();
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
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let body = json!({ "invite": code });
    for _ in 0..10 {
        let reply = login(&app, "ada@example.com", WRONG, body.clone()).await;
        reply.expect_problem(401, "auth_required");
    }
    let locked = login(&app, "ada@example.com", WRONG, body).await;
    let locked = locked.expect_problem(429, "too_many_failures");
    assert_eq!(locked.header("retry-after"), "60");
    assert!(!is_verified(&app, &ada).await);
    // The right one with the code is never locked out, and ends the lock.
    confirm(&app, &ada, &code).await.expect_status(200);
    assert_eq!(
        app.attempts("ada@example.com").await,
        LoginAttempts::default()
    );
    app.login("ada@example.com").await;
}

#[tokio::test]
async fn a_code_that_went_to_one_address_verifies_no_other() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let first = verification(&app, &ada).await;
    let change = |email: &str| {
        let call = app.put("/v2/user").api_token(&ada.token);
        call.json(json!({ "email1": email }))
    };
    let at = |email: &str| Person {
        email: email.into(),
        ..ada.clone()
    };
    change("lovelace@example.com").await.expect_status(200);
    let lovelace = at("lovelace@example.com");
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
async fn the_oldest_of_ten_tokens_makes_room_and_who_is_deactivated_confirms_nothing() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    for _ in 0..9 {
        app.advance(Duration::from_secs(60));
        app.login("ada@example.com").await;
    }
    let code = verification(&app, &ada).await;
    confirm(&app, &ada, &code).await.expect_status(200);
    assert_eq!(app.user(&ada).await.unwrap().tokens.len(), 10);
    let oldest = app.get("/v2/user").bearer(&ada.token).await;
    oldest.expect_profile_error(401, "AUTH_REQUIRED");

    let ida = app.owner("ida").await;
    let code = verification(&app, &ida).await;
    app.store_user(
        &ida.account,
        &ida.id,
        json!({ "deactivated": { "BOOL": true } }),
    );
    confirm(&app, &ida, &code)
        .await
        .expect_problem(401, "auth_required");
    assert!(!is_verified(&app, &ida).await);
}
