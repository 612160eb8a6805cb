//! Input that no honest client sends: the contract's error, never a 500, never a failed invocation.

use crate::testkit::{PASSWORD, TestApp, endpoints, pages};
use serde_json::{Value, json};

/// Bodies that no endpoint takes.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |open: &str, close: &str| [open.repeat(5000), close.repeat(5000)].concat();
    vec![
        ("not JSON", b"{".to_vec()),
        ("trailing comma", br#"{"email":"a@example.com",}"#.to_vec()),
        ("two values", b"{} {}".to_vec()),
        ("an array", b"[1]".to_vec()),
        ("a positional array", br#"["a","b","c"]"#.to_vec()),
        ("a string", br#""text""#.to_vec()),
        ("null", b"null".to_vec()),
        ("a number too large", br#"{"email1":1e999999,"username":1e999999,"register":1e999999}"#.to_vec()),
        ("deep arrays", deep("[", "]").into_bytes()),
        ("deep objects", deep(r#"{"a":"#, "1}").into_bytes()),
        ("a deep field", format!(r#"{{"email1":{0},"username":{0},"register":{0},"email":{0}}}"#, deep("[", "]")).into_bytes()),
        ("invalid UTF-8", b"{\"email1\":\"\xff\xfe\"}".to_vec()),
        ("a lone surrogate", br#"{"email1":"\ud800","username":"\ud800","register":"\ud800"}"#.to_vec()),
        ("twice the same field", br#"{"email1":"a@b.cc","email1":"a@b.cc","username":"abc","username":"abc","register":true,"register":true}"#.to_vec()),
        ("only a byte order mark", b"\xef\xbb\xbf{}".to_vec()),
        ("only spaces", b"   ".to_vec()),
    ]
}

#[tokio::test]
async fn an_unreadable_body_gets_a_400_in_the_words_of_the_api() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    for (what, body) in bodies() {
        let profile = app.put("/v2/user").api_token(&ada.token).body(&body).await;
        assert_eq!((profile.status, what), (400, what), "{}", profile.text);
        let profile = profile.expect_profile_error(400, "BAD_JSON_FORMAT");
        assert!(!profile.text.contains("struct"), "{what}: {}", profile.text);
        let login = app
            .post("/user/login")
            .basic("ada", PASSWORD)
            .body(&body)
            .await;
        login.expect_problem(400, "malformed_body");
        app.post("/rest/users")
            .body(&body)
            .await
            .expect_accounts_error(400);
        let update = app
            .put("/rest/users/ada")
            .bearer(&ada.token)
            .body(&body)
            .await;
        update.expect_accounts_error(400);
        let content_type = "application/octet-stream";
        let encoded = app
            .put("/v2/user")
            .api_token(&ada.token)
            .header("content-type", content_type);
        encoded
            .body(&body)
            .await
            .expect_profile_error(400, "BAD_JSON_FORMAT");
    }
}

#[tokio::test]
async fn sixty_four_kibibytes_are_read_and_one_more_byte_is_not() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let body = |length: usize| format!(r#"{{"x":"{}"}}"#, "x".repeat(length - 8));
    let put = |body: &str| app.put("/v2/user").api_token(&ada.token).body(body);
    put(&body(65_536)).await.expect_status(200);
    put(&body(65_537))
        .await
        .expect_profile_error(413, "BODY_TOO_LARGE");
    let encoded = put(&body(65_536)).header("content-type", "application/octet-stream");
    encoded.await.expect_status(200);
    let login = app.post("/user/login").basic("ada", PASSWORD);
    login
        .body(body(65_537))
        .await
        .expect_problem(413, "body_too_large");
    app.post("/rest/users")
        .body(body(65_537))
        .await
        .expect_accounts_error(413);
}

#[tokio::test]
async fn a_value_is_never_repeated_in_an_error() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let secret = "swordfish-in-the-wrong-place";
    for body in [
        json!({ "username": "eve", "email": secret, "password": PASSWORD }),
        json!({ "username": secret.repeat(9), "email": "a@example.com", "password": PASSWORD }),
        json!({ "username": [secret], "email": "a@example.com", "password": PASSWORD }),
        json!({ "username": "eve", "email": { secret: secret }, "password": PASSWORD }),
        json!({ "username": { secret: secret } }),
    ] {
        let reply = app.post("/rest/users").json(body).await;
        let reply = reply.expect_accounts_error(400);
        assert!(!reply.text.contains(secret), "{}", reply.text);
    }
    for body in [
        json!({ "register": secret }),
        json!({ "register": true, "invite": [secret] }),
        json!({ "invite": { secret: secret } }),
        json!({ "invite": secret }),
        json!({ "password": secret }),
    ] {
        let login = app.post("/user/login").basic("ada", PASSWORD);
        let reply = login.json(body).await.expect_status(400);
        assert!(!reply.text.contains(secret), "{}", reply.text);
    }
    for body in [
        json!({ "email1": secret }),
        json!({ "locale": secret }),
        json!({ "user_alias": [secret] }),
    ] {
        let update = app.put("/v2/user").api_token(&ada.token);
        let reply = update.json(body).await.expect_status(400);
        assert!(!reply.text.contains(secret), "{}", reply.text);
    }
}

/// What API Gateway may hand over, and `lambda_http`'s own request type would fail on.
#[tokio::test]
async fn events_are_answered_whatever_is_in_them() {
    let app = TestApp::start().await;
    let context = json!({ "http": { "method": "GET", "path": "/v2/user" }, "requestId": "r-1" });
    let with = |name: &str, value: Value| {
        let mut event =
            json!({ "version": "2.0", "headers": {}, "requestContext": context.clone() });
        event[name] = value;
        event
    };
    for event in [
        with(
            "headers",
            json!({ "x-name": "Renée", "authorization": "Bearer é" }),
        ),
        with("headers", json!({ "authorization": "Basic \u{0}" })),
        with("headers", json!({ "": "", "host": "###" })),
        with("rawQueryString", json!("a=<b>&limit=%ff&%%%")),
        with("rawPath", json!("/v2/user/%ff{}<>")),
        with("pathParameters", json!({ "username": "\u{0}\u{ffff}" })),
        with("body", json!("")),
        with("body", Value::Null),
        with("headers", Value::Null),
        with("pathParameters", Value::Null),
        with("rawQueryString", Value::Null),
        with("isBase64Encoded", Value::Null),
        with("requestContext", Value::Null),
        with(
            "requestContext",
            json!({ "http": null, "requestId": null, "domainName": null }),
        ),
        json!({ "isBase64Encoded": true, "body": "!!!not base64!!!" }),
        json!({}),
    ] {
        // A page is shown to everybody, whatever they ask.
        for endpoint in &endpoints() - &pages() {
            let answer = app.respond(endpoint, event.clone()).await;
            assert!(
                (400..500).contains(&answer.status),
                "{endpoint}: {} {}",
                answer.status,
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn debug_output_of_a_request_and_its_answer_shows_no_secret() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let event = json!({
        "headers": { "x-apitoken": ada.token },
        "body": format!(r#"{{"password":"{PASSWORD}"}}"#),
        "requestContext": { "requestId": "r-1" },
    });
    let answer = app.respond("profile-get", event).await;
    assert!(answer.body.contains(&ada.token));
    for text in answer.debug {
        assert!(
            !text.contains(&ada.token) && !text.contains(PASSWORD),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_request_without_a_route_is_answered_as_api_gateway_does() {
    let app = TestApp::start().await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/v2/user/"),
        ("DELETE", "/v2/user"),
        ("GET", "/user/login"),
        ("GET", "/rest/users/a/b"),
        ("GET", "/V2/user"),
        ("GET", "/rest/users/"),
        ("PUT", "/api/v2/users/"),
        ("POST", "/api/v2/users//"),
        ("GET", "/api/v2/users/%20/"),
        ("OPTIONS", "/v2/user"),
    ] {
        let reply = app.call(method, path).await.expect_status(404);
        assert_eq!(reply.text, r#"{"message":"Not Found"}"#);
        assert_eq!(reply.header("content-type"), "application/json");
    }
    app.call("HEAD", "/v2/user").await.expect_status(404);
    let reply = app.get("/rest/users/%ff").await.expect_status(400);
    assert_eq!(reply.text, r#"{"message":"Bad Request"}"#);
}

/// What JSON Schema calls an integer is one, and what cannot be read is refused wherever it is.
#[tokio::test]
async fn a_limit_is_a_whole_number_in_the_body_and_in_the_query() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let find = |path: &str, body: &str| app.post(path).bearer(&ada.token).body(body);
    for body in [r#"{"limit":1}"#, r#"{"limit":1.0}"#, r#"{"limit":1e2}"#] {
        find("/user/find", body).await.expect_status(200);
    }
    for body in ["0", "-1", "1001", "1e300", "18446744073709551615"] {
        find("/user/find", &format!(r#"{{"limit":{body}}}"#))
            .await
            .expect_problem(400, "invalid_value");
    }
    for body in ["1.5", "null", r#""1""#, "[]"] {
        let reply = find("/user/find", &format!(r#"{{"limit":{body}}}"#)).await;
        let problem = reply.expect_problem(400, "malformed_body").json();
        assert_eq!(problem["detail"], "limit must be a whole number");
    }
    for query in ["limit=0", "limit=x", "next=x", "prev=x"] {
        let path = format!("/user/find?{query}");
        find(&path, r#"{"limit":1}"#)
            .await
            .expect_problem(400, "invalid_value");
    }
}
