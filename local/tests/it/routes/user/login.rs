//! `POST /user/login`

use crate::testkit::{Edit, PASSWORD, TestApp, at_once};
use serde_json::{Value, json};
use std::time::Duration;

const WRONG: &str = "incorrect-horse-battery-staple";

#[tokio::test]
async fn a_right_password_gets_a_token_that_works_in_every_api() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    app.advance(Duration::from_secs(7200));
    let login = app
        .post("/user/login")
        .basic("ada", PASSWORD)
        .await
        .expect_status(200)
        .json();
    let (account, user) = (&login["account"], &login["user"]);
    assert_eq!(
        account,
        &json!({
            "activity": "2026-11-21T20:00:00.000Z",
            "closed": false,
            "cloudId": null,
            "created": "2026-11-21T18:00:00.000Z",
            "email": "ada@example.com",
            "id": account["id"],
            "name": null,
        })
    );
    assert_eq!(
        user,
        &json!({
            "accountId": account["id"],
            "activity": "2026-11-21T20:00:00.000Z",
            "cloudId": null,
            "email": "ada@example.com",
            "first": null,
            "id": user["id"],
            "last": null,
            "preferences": {},
            "role": "owner",
            "state": "active",
        })
    );
    assert_eq!(login["token"]["expires"], "2027-02-19T20:00:00.000Z");
    let token = login["token"]["token"].as_str().unwrap();
    let profile = || app.get("/v2/user");
    for call in [
        profile().api_token(token),
        profile().bearer(token),
        profile().header("authorization", format!("BEARER {token}")),
        profile().header("Authorization", token),
        app.get("/rest/users/ada").api_token(token),
    ] {
        call.await.expect_status(200);
    }
    let shown = app.get("/rest/users/ada").bearer(token).await.json();
    assert_eq!(shown["content"]["lastlogin"], "2026-11-21T20:00:00.000Z");
}

#[tokio::test]
async fn a_token_shows_the_same_records_and_gets_no_new_token() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let by_password = app.post("/user/login").basic("ada", PASSWORD).await.json();
    for call in [
        app.post("/user/login"),
        app.post("/user/login").json(json!({})),
    ] {
        let (reply, asked) = app.operations(call.bearer(&ada.token)).await;
        let login = reply.expect_status(200).json();
        assert_eq!(login["token"], Value::Null);
        assert_eq!(login["user"], by_password["user"]);
        assert_eq!(login["account"], by_password["account"]);
        assert_eq!(asked, ["GetItem"; 2]);
    }
    let no_code = app.post("/user/login").json(json!({ "invite": "" }));
    no_code
        .clone()
        .bearer(&ada.token)
        .await
        .expect_problem(400, "invalid_value");
    no_code
        .bearer("unknown")
        .await
        .expect_problem(401, "auth_required");
}

#[tokio::test]
async fn an_unknown_name_costs_the_same_calls_and_gets_the_same_answer_as_a_wrong_password() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let mut seen = Vec::new();
    for name in ["ada", "ada@example.com", "charles", "charles@example.com"] {
        let call = app.post("/user/login").basic(name, WRONG);
        let (reply, asked) = app.operations(call).await;
        seen.push((reply.expect_problem(401, "auth_required").text, asked));
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
}

#[tokio::test]
async fn credentials_that_cannot_work_cost_nothing() {
    let app = TestApp::start().await;
    for authorization in [
        "Basic",
        "Basic !!!",
        "Basic YWRh",
        "Digest x",
        "",
        "Bearer ",
        "x y z",
    ] {
        let call = app
            .post("/user/login")
            .header("authorization", authorization);
        let (reply, asked) = app.operations(call).await;
        let reply = reply.expect_problem(401, "auth_required");
        assert!(reply.header("www-authenticate").contains("Basic"));
        assert!(asked.is_empty(), "{authorization}");
    }
}

/// Another login with the same password may have hashed it anew.
#[tokio::test]
async fn a_right_password_stays_right_when_its_hash_is_replaced() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    // Another salt, and so another hash, of the same password.
    let linus = app.owner("linus").await;
    let rehash = || app.edit(&ada, Edit::PasswordOf(&linus));
    let login = app.post("/user/login").basic("ada", PASSWORD);
    let reply = app.between_reads_and_writes(login, rehash).await;
    reply.expect_status(200);
}

#[tokio::test]
async fn ten_wrong_passwords_lock_for_a_time_that_doubles() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let try_with = |password: &'static str| app.post("/user/login").basic("ada", password);
    for _ in 0..10 {
        try_with(WRONG).await.expect_status(401);
    }
    let locked = try_with(PASSWORD)
        .await
        .expect_problem(429, "too_many_failures");
    assert_eq!(locked.header("retry-after"), "60");
    let locked = app.get("/rest/users/ada").basic("ada", PASSWORD).await;
    assert_eq!(
        locked.expect_accounts_error(429).header("retry-after"),
        "60"
    );

    app.advance(Duration::from_millis(59_001));
    assert_eq!(
        try_with(PASSWORD)
            .await
            .expect_status(429)
            .header("retry-after"),
        "1"
    );
    app.advance(Duration::from_secs(1));
    try_with(WRONG).await.expect_status(401);
    assert_eq!(
        try_with(PASSWORD)
            .await
            .expect_status(429)
            .header("retry-after"),
        "120"
    );
    app.advance(Duration::from_secs(120));
    try_with(PASSWORD).await.expect_status(200);
    // A right password starts the count anew.
    for _ in 0..9 {
        try_with(WRONG).await.expect_status(401);
    }
    app.get("/rest/users/ada")
        .basic("ada", PASSWORD)
        .await
        .expect_status(200);
    for _ in 0..9 {
        try_with(WRONG).await.expect_status(401);
    }
    try_with(PASSWORD).await.expect_status(200);
}

#[tokio::test]
async fn the_oldest_of_ten_tokens_makes_room() {
    let app = TestApp::start().await;
    let first = app.owner("ada").await;
    let mut tokens = vec![first.token];
    for _ in 0..10 {
        app.advance(Duration::from_secs(60));
        tokens.push(app.login("ada@example.com").await.token);
    }
    app.get("/v2/user")
        .bearer(&tokens[0])
        .await
        .expect_status(401);
    for token in &tokens[1..] {
        app.get("/v2/user").bearer(token).await.expect_status(200);
    }
}

/// Tokens are made for thirty days from then on: they expire before the older ones.
#[tokio::test]
async fn the_oldest_token_makes_room_also_after_the_lifetime_was_shortened() {
    let mut app = TestApp::start().await;
    let mut tokens = vec![app.owner("ada").await.token];
    for number in 1..=10 {
        app.advance(Duration::from_secs(60));
        if number == 9 {
            app.set_token_lifetime(Duration::from_secs(30 * 24 * 60 * 60));
        }
        tokens.push(app.login("ada@example.com").await.token);
    }
    for (number, token) in tokens.iter().enumerate() {
        let expected = if number == 0 { 401 } else { 200 };
        let reply = app.get("/v2/user").bearer(token).await;
        assert_eq!(reply.status, expected, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_that_race_keep_to_ten_tokens() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let calls = (0..24).map(|_| app.post("/user/login").basic("ada", PASSWORD));
    let mut tokens = vec![ada.token.clone()];
    for reply in at_once(calls).await {
        let login = reply.expect_status(200).json();
        tokens.push(login["token"]["token"].as_str().unwrap().to_owned());
    }
    assert_eq!(app.user(&ada).await.unwrap().tokens(), 10);
    // All others have made room.
    let mut working = 0;
    for token in &tokens {
        let reply = app.get("/v2/user").bearer(token).await;
        working += usize::from(reply.status == 200);
    }
    assert_eq!(working, 10);
}

#[tokio::test]
async fn a_token_expires() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.advance(Duration::from_secs(90 * 86_400 - 1));
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
    app.advance(Duration::from_secs(1));
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_profile_error(401, "AUTH_REQUIRED");
}

mod register {
    use super::*;

    #[tokio::test]
    async fn makes_an_account_with_its_owner_and_logs_in() {
        let app = TestApp::start().await;
        let call = app.post("/user/login").basic("Ada@Example.com", PASSWORD);
        let login = call
            .json(json!({ "register": true }))
            .await
            .expect_status(200)
            .json();
        assert_eq!(login["user"]["role"], "owner");
        assert_eq!(login["user"]["email"], "Ada@Example.com");
        let token = login["token"]["token"].as_str().unwrap();
        app.get("/v2/user").bearer(token).await.expect_status(200);
        app.login("ada@example.com").await;
        let verifications = app
            .items()
            .into_keys()
            .filter(|(_, sk)| sk.starts_with("VERIFICATION#"));
        assert_eq!(verifications.count(), 1);
    }

    #[tokio::test]
    async fn is_refused_for_a_known_email_a_weak_password_and_a_name_that_is_no_email() {
        let app = TestApp::start().await;
        app.owner("ada").await;
        let before = app.items();
        let register = |name: &str, password: &str| {
            app.post("/user/login")
                .basic(name, password)
                .json(json!({ "register": true }))
        };
        register("ADA@example.com", PASSWORD)
            .await
            .expect_problem(409, "email_in_use");
        let reply = register("grace@example.com", "grace@example.com").await;
        assert_eq!(
            reply.expect_problem(400, "invalid_value").json()["field"],
            "password"
        );
        let reply = register("grace", PASSWORD).await;
        assert_eq!(
            reply.expect_problem(400, "invalid_value").json()["field"],
            "email"
        );
        assert_eq!(app.items(), before);
    }

    #[tokio::test]
    async fn is_refused_where_sign_up_is_closed() {
        let app = TestApp::with_sign_up_closed().await;
        let call = app.post("/user/login").basic("ada@example.com", PASSWORD);
        call.json(json!({ "register": true }))
            .await
            .expect_problem(403, "forbidden");
        assert!(app.items().is_empty());
    }
}
