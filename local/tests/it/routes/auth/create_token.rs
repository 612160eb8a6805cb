//! `POST /auth/tokens`

use crate::testkit::{Call, PASSWORD, Person, TestApp, at_once};
use serde_json::{Value, json};
use std::time::Duration;

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn create(app: &TestApp, username: &str, body: Value) -> Call {
    let call = app.post("/auth/tokens").basic(username, PASSWORD);
    call.json(body)
}

async fn list(app: &TestApp, person: &Person) -> Vec<Value> {
    let call = app.get("/auth/tokens").bearer(&person.token);
    let reply = call.await.expect_status(200);
    reply.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn makes_a_token_that_is_shown_once_and_works_in_every_api() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.advance(Duration::from_secs(1));
    let call = create(&app, "ADA@example.com", json!({ "name": "nightly report" }));
    let created = call.await.expect_status(201).json();
    let token = created["token"].as_str().unwrap();
    let id = created["id"].as_str().unwrap();
    assert_eq!(
        created,
        json!({
            "id": id,
            "kind": "named",
            "name": "nightly report",
            "token": token,
            "created": "2026-11-21T18:00:01.000Z",
            // As long as a token from a login.
            "expires": "2027-02-19T18:00:01.000Z",
        })
    );
    for call in [
        app.get("/v2/user").api_token(token),
        app.post("/user/get").bearer(token),
        app.get("/api/v2/users").bearer(token),
        app.get("/rest/users/ada").bearer(token),
        app.get("/auth/me").bearer(token),
    ] {
        call.await.expect_status(200);
    }
    let [of_login, named] = &list(&app, &ada).await[..] else {
        panic!("two tokens")
    };
    assert_eq!(
        (&of_login["kind"], &of_login["current"]),
        (&json!("login"), &json!(true))
    );
    let listed = json!({
        "id": id,
        "kind": "named",
        "name": "nightly report",
        "created": "2026-11-21T18:00:01.000Z",
        "expires": "2027-02-19T18:00:01.000Z",
        "lastUsed": "2026-11-21T18:00:00.000Z",
        "current": false,
    });
    assert_eq!(named, &listed);
    // At rest there is nothing of it.
    assert!(!format!("{:?}", app.items()).contains(&token[47..]));
}

#[tokio::test]
async fn takes_a_password_and_nothing_else() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let named = app.with_named_token(&ada, "report").await;
    let body = || json!({ "name": "another" });
    for token in [&ada.token, &named.token] {
        for call in [
            app.post("/auth/tokens").bearer(token),
            app.post("/auth/tokens").api_token(token),
        ] {
            let (reply, asked) = app.operations(call.json(body())).await;
            let reply = reply.expect_problem(401, "auth_required");
            assert!(reply.text.contains("Basic"), "{}", reply.text);
            let schemes = reply.header("www-authenticate");
            assert!(schemes.starts_with("Basic") && !schemes.contains("Bearer"));
            assert!(asked.is_empty(), "{asked:?}");
        }
    }
    app.post("/auth/tokens")
        .json(body())
        .await
        .expect_problem(401, "auth_required");
    // A wrong one counts, and learns nothing of the body; a right one ends the count.
    for body in [body().to_string(), "{".to_owned()] {
        let call = app.post("/auth/tokens").basic("ada", "incorrect-horse");
        call.body(body).await.expect_problem(401, "auth_required");
    }
    assert_eq!(app.failures("ada").await, 2);
    create(&app, "ada", body()).await.expect_status(201);
    assert_eq!(app.failures("ada").await, 0);
    app.lock("ada", 10);
    let reply = create(&app, "ada", body()).await;
    reply.expect_problem(429, "too_many_failures");
}

#[tokio::test]
async fn the_eleventh_is_a_conflict_until_one_expires_or_is_revoked() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let expires = (app.now() + DAY).to_string();
    let soon = json!({ "name": "for a day", "expires": expires });
    create(&app, "ada", soon).await.expect_status(201);
    for number in 1..10 {
        app.with_named_token(&ada, &format!("program {number}"))
            .await;
    }
    let eleventh = || create(&app, "ada", json!({ "name": "eleventh" })).into_future();
    let reply = eleventh().await.expect_problem(409, "too_many_tokens");
    assert!(reply.text.contains("DELETE /auth/tokens/{id}"));
    // Logins have room of their own, and push none of them out.
    for _ in 0..11 {
        app.login("ada").await;
    }
    let ada = app.login("ada").await;
    assert_eq!(list(&app, &ada).await.len(), 20);
    app.advance(DAY);
    eleventh().await.expect_status(201);
    eleventh().await.expect_problem(409, "too_many_tokens");
    let tokens = list(&app, &ada).await;
    let program = tokens.iter().find(|token| token["name"] == "program 5");
    let path = format!("/auth/tokens/{}", program.unwrap()["id"].as_str().unwrap());
    let revoke = app.call("DELETE", &path).bearer(&ada.token);
    revoke.await.expect_status(204);
    eleventh().await.expect_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_there_are_never_more_than_ten() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let calls = (0..12).map(|number| create(&app, "ada", json!({ "name": number.to_string() })));
    let replies = at_once(calls).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 10, "{replies:?}");
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        reply.expect_problem(409, "too_many_tokens");
    }
}

#[tokio::test]
async fn expires_when_it_is_told_to() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let call = create(
        &app,
        "ada",
        json!({ "name": "a", "expires": "2026-11-22T01:00:00+01:00" }),
    );
    let created = call.await.expect_status(201).json();
    assert_eq!(created["expires"], "2026-11-22T00:00:00.000Z");
    let token = created["token"].as_str().unwrap();
    app.advance(Duration::from_secs(6 * 60 * 60 - 1));
    app.get("/v2/user").bearer(token).await.expect_status(200);
    app.advance(Duration::from_secs(1));
    let call = app.get("/v2/user").bearer(token);
    call.await.expect_profile_error(401, "AUTH_REQUIRED");
    let latest = (app.now() + DAY * 3650).to_string();
    let call = create(&app, "ada", json!({ "name": "a", "expires": latest }));
    assert_eq!(call.await.expect_status(201).json()["expires"], latest);
    let too_late = (app.now() + DAY * 3650 + Duration::from_millis(1)).to_string();
    for expires in [
        app.now().to_string().as_str(),
        "2020-01-01T00:00:00Z",
        &too_late,
        "2027-01-31",
        "2027-01-31T00:00:00",
        "tomorrow",
        "",
    ] {
        let call = create(&app, "ada", json!({ "name": "a", "expires": expires }));
        let reply = call.await.expect_problem(400, "invalid_value");
        assert_eq!(reply.json()["field"], "expires", "{expires}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_body_is_named() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "a\nb" }), "name"),
        (json!({ "name": "x".repeat(257) }), "name"),
        (json!({ "name": "a", "password": PASSWORD }), "password"),
    ] {
        let reply = create(&app, "ada", body).await;
        let reply = reply.expect_problem(400, "invalid_value");
        assert_eq!(reply.json()["field"], field);
    }
    for body in [
        json!({ "name": 7 }),
        json!({ "name": null }),
        json!({ "name": "a", "expires": 1_800_000_000 }),
        json!({ "name": "a", "expires": null }),
        json!(["a"]),
    ] {
        let reply = create(&app, "ada", body).await;
        reply.expect_problem(400, "malformed_body");
    }
    let call = app.post("/auth/tokens").basic("ada", PASSWORD);
    call.await.expect_problem(400, "malformed_body");
}

#[tokio::test]
async fn a_repeated_request_makes_no_other_and_shows_the_token_no_more() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let with_key = |username: &str, name: &str| {
        let call = create(&app, username, json!({ "name": name }));
        call.header("idempotency-key", KEY)
    };
    let first = with_key("ada", "report").await.expect_status(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    app.advance(Duration::from_secs(60));
    let second = with_key("ada@example.com", "report")
        .await
        .expect_status(201);
    assert_eq!(second.header("idempotency-replayed"), "true");
    let mut expected = first.json();
    let token = expected["token"].take();
    assert_eq!(second.json(), expected);
    assert_eq!(list(&app, &ada).await.len(), 2);
    let other = with_key("ada", "another").await;
    other.expect_problem(422, "idempotency_key_reused");
    // The key is the caller's own, and nobody is told of it who does not know the password.
    app.owner("bob").await;
    let bobs = with_key("bob", "report").await.expect_status(201);
    assert_eq!(bobs.header("idempotency-replayed"), "");
    let call = app.post("/auth/tokens").basic("ada", "incorrect-horse");
    let call = call
        .json(json!({ "name": "report" }))
        .header("idempotency-key", KEY);
    call.await.expect_problem(401, "auth_required");
    let invalid = create(&app, "ada", json!({ "name": "report" }));
    let invalid = invalid.header("idempotency-key", "a b");
    invalid.await.expect_problem(400, "invalid_value");
    let stored = format!("{:?}", app.items());
    assert!(!stored.contains(token.as_str().unwrap()) && !stored.contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_key_at_once_one_makes_a_token() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let call = create(&app, "ada", json!({ "name": "report" }));
    let call = call.header("idempotency-key", KEY);
    let replies = at_once((0..8).map(|_| call.clone())).await;
    let shown = replies.iter().filter(|reply| {
        assert_eq!(reply.status, 201, "{reply:?}");
        !reply.json()["token"].is_null()
    });
    assert_eq!(shown.count(), 1);
    assert_eq!(list(&app, &ada).await.len(), 2);
}
