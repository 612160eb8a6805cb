//! A password where none is taken is refused, by every operation that reads a body: nobody may be
//! told 200 and believe that their password is another one.

use crate::support::{App, Call, PASSWORD, Person};
use roster_domain::Role;
use serde_json::{Value, json};

/// A request that would be fine with this body, and what else has to be in it.
type Row = (fn(&App, &Person, &Person) -> Call, fn(&Person) -> Value);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    (|app, _, _| app.put("/v2/user"), |_| json!({ "user_alias": "Countess" })),
    (|app, _, _| app.post("/user/create"), |_| json!({ "email": "new@example.com", "role": "user" })),
    (|app, _, _| app.post("/user/get"), |_| json!({})),
    (|app, _, _| app.post("/user/find"), |_| json!({})),
    (|app, _, _| app.post("/user/login"), |_| json!({})),
    (|app, _, _| app.post("/user/remove"), |x| json!({ "id": x.id })),
    (|app, _, _| app.post("/user/update"), |_| json!({ "first": "Ida" })),
    (|app, _, _| app.post("/user/updateRole"), |x| json!({ "id": x.id, "role": "user" })),
    (|app, _, _| app.post("/api/v2/users"), |_| json!({ "email": "new@example.com" })),
    (|app, _, x| app.put(&format!("/api/v2/users/{}", x.id)), |_| json!({ "firstName": "Ida" })),
    (|app, _, x| app.call("PATCH", &format!("/api/v2/users/{}", x.id)), |_| json!({ "firstName": "Ida" })),
    (|app, _, x| app.post(&format!("/api/v2/users/{}/perms", x.id)), |_| json!({})),
    (|app, _, x| app.post(&format!("/api/v2/users/{}/activate", x.id)), |_| json!({})),
    (|app, _, x| app.post(&format!("/api/v2/users/{}/deactivate", x.id)), |_| json!({})),
    (|app, _, _| app.put("/rest/users/ada"), |_| json!({ "username": "ada" })),
];

#[tokio::test]
async fn every_operation_refuses_a_password_that_it_does_not_take() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let before = app.items();
    for (call, fields) in TABLE {
        for (name, value) in [
            ("password", json!("another-password-1843")),
            ("newPassword", json!("another-password-1843")),
            ("password", Value::Null),
        ] {
            let mut body = fields(&alan);
            body[name] = value;
            let call = call(&app, &ada, &alan).bearer(&ada.token);
            let reply = call.json(body).await.expect_status(400);
            assert!(reply.text.contains(name), "{}", reply.text);
            assert!(!reply.text.contains("1843"), "{}", reply.text);
        }
    }
    for body in [
        "username=ada&password=another-password-1843",
        "?&%70assword=another-password-1843",
    ] {
        let put = app.put("/rest/users/ada").bearer(&ada.token).form(body);
        let reply = put.await.expect_accounts_error(400);
        assert!(reply.text.contains("password"), "{}", reply.text);
    }
    // However it is written.
    let put = app.put("/v2/user").bearer(&ada.token);
    let put = put.body(r#"[{"\u0070assword":"x"}]"#);
    put.await.expect_profile_error(400, "INVALID_PASSWORD");
    assert!(app.items() == before);
    app.post("/user/login")
        .basic("ada", PASSWORD)
        .await
        .expect_status(200);
}

/// Other fields that nobody knows are ignored, whatever they are called.
#[tokio::test]
async fn other_unknown_fields_are_ignored() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let put = app.put("/v2/user").bearer(&ada.token);
    let body = json!({ "user_alias": "Countess", "passwordHint": "a", "Password": "b" });
    put.json(body).await.expect_status(200);
}
