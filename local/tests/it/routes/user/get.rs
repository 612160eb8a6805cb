//! `POST /user/get`

use crate::testkit::TestApp;
use roster_domain::Role;
use serde_json::json;

#[tokio::test]
async fn shows_the_caller_without_any_field() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let oneself = json!({
        "accountId": alan.account,
        "activity": "2026-11-21T18:00:00.000Z",
        "cloudId": null,
        "email": "alan@example.com",
        "first": null,
        "id": alan.id,
        "last": null,
        "preferences": {},
        "role": "user",
        "state": "active",
    });
    for call in [
        app.post("/user/get"),
        app.post("/user/get").json(json!({})),
        app.post("/user/get").json(json!({ "unknown": 1 })),
        app.post("/user/get").json(json!({ "id": alan.id })),
        app.post("/user/get")
            .json(json!({ "email": "ALAN@example.com" })),
        app.post("/user/get")
            .json(json!({ "id": alan.id, "email": "alan@example.com" })),
    ] {
        let reply = call.bearer(&alan.token).await.expect_status(200);
        assert_eq!(reply.json(), oneself);
    }
}

#[tokio::test]
async fn shows_an_admin_the_user_whom_both_fields_name() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let alan = app.invited(&ada, "alan", Role::User).await;
    let get = |body| app.post("/user/get").bearer(&grace.token).json(body);
    for body in [
        json!({ "id": alan.id }),
        json!({ "id": alan.id.to_uppercase() }),
        json!({ "email": "Alan@Example.com" }),
        json!({ "id": alan.id, "email": "alan@example.com" }),
    ] {
        let shown = get(body).await.expect_status(200).json();
        assert_eq!(shown["id"], alan.id);
        assert_eq!(shown["state"], "invited");
    }
    for body in [
        json!({ "id": alan.id, "email": "grace@example.com" }),
        json!({ "id": grace.id, "email": "alan@example.com" }),
        json!({ "id": ada.id, "email": "alan@example.com" }),
        json!({ "email": "nobody@example.com" }),
    ] {
        get(body).await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_second_read_stays_in_the_account() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let linus = app.account("linus").await;
    let call = app.post("/user/get").bearer(&ada.token);
    let call = call.json(json!({ "email": linus.email }));
    let (reply, requests) = app.requests(call).await;
    reply.expect_problem(404, "not_found");
    assert!(!requests.is_empty());
    for request in requests {
        let request = request.body.to_string();
        assert!(request.contains(&ada.account), "{request}");
        assert!(!request.contains(&linus.account), "{request}");
    }
}

#[tokio::test]
async fn an_unauthenticated_caller_hears_nothing_of_a_bad_body() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for (body, code) in [
        (r#"{"id":"42"}"#, "invalid_value"),
        (r#"{"email":"ada"}"#, "invalid_value"),
        (r#"{"id":null}"#, "malformed_body"),
        ("{", "malformed_body"),
    ] {
        let call = app.post("/user/get").bearer(&ada.token).body(body);
        call.await.expect_problem(400, code);
        let basic = app.post("/user/get").basic("ada", "a password").body(body);
        basic.await.expect_problem(401, "auth_required");
        let none = app.post("/user/get").body(body);
        let none = none.await.expect_problem(401, "auth_required");
        // Passwords are for login alone.
        assert_eq!(none.header("www-authenticate"), r#"Bearer realm="roster""#);
    }
}
