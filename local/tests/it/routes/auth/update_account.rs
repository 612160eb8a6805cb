//! `PATCH /auth/account`. Who may do it is in `role_table.rs`.

use crate::testkit::{AccountEdit, Person, Reply, TestApp, account_key};
use roster_domain::Role;
use serde_json::{Value, json};

async fn update(app: &TestApp, person: &Person, body: Value) -> Reply {
    let call = app.call("PATCH", "/auth/account").bearer(&person.token);
    call.json(body).await
}

fn stored(app: &TestApp, person: &Person) -> Value {
    app.items()[&(account_key(&person.account), "ACCOUNT".to_owned())].clone()
}

#[tokio::test]
async fn a_name_is_set_shown_by_login_and_cleared() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    for (body, name) in [
        (json!({ "name": "Engines" }), json!("Engines")),
        (json!({}), json!("Engines")),
        (json!({ "closed": true, "email": null }), json!("Engines")),
        (json!({ "name": null }), Value::Null),
        (json!({ "name": "Looms" }), json!("Looms")),
    ] {
        let account = update(&app, &grace, body).await.expect_status(200).json();
        assert_eq!(account["name"], name);
        assert_eq!(account["email"], "ada@example.com");
        let login = app.post("/user/login").bearer(&ada.token);
        let login = login.json(json!({})).await.expect_status(200).json();
        assert_eq!(login["account"], account);
    }
    assert_eq!(stored(&app, &ada)["changed_by"]["S"], grace.id.as_str());
}

#[tokio::test]
async fn what_does_not_change_the_name_writes_nothing() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let before = app.items();
    for body in [json!({}), json!({ "name": null })] {
        update(&app, &ada, body).await.expect_status(200);
    }
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(257) }), "name"),
    ] {
        let problem = update(&app, &ada, body).await;
        let problem = problem.expect_problem(400, "invalid_value");
        assert_eq!(problem.json()["field"], field);
    }
    let wrong_type = update(&app, &ada, json!({ "name": 7 })).await;
    wrong_type.expect_problem(400, "malformed_body");
    assert!(app.items() == before);
}

#[tokio::test]
async fn a_refusal_names_the_permission() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let refused = update(&app, &alan, json!({ "name": "Bombe" })).await;
    let refused = refused.expect_problem(403, "forbidden");
    assert!(refused.text.contains("accountManagement"));
}

#[tokio::test]
async fn an_account_that_is_closed_meanwhile_is_not_renamed() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let call = app.call("PATCH", "/auth/account").bearer(&ada.token);
    let call = call.json(json!({ "name": "Engines" }));
    let close = || app.edit_account(&ada, AccountEdit::Closed);
    let reply = app.between_reads_and_writes(call, close).await;
    reply.expect_problem(401, "auth_required");
    assert!(stored(&app, &ada)["name"].is_null());
}

/// Two names at once: one is there in the end, and each caller was told the truth of a moment.
#[tokio::test]
async fn of_two_names_at_once_the_later_one_stays() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let call = |name: &str| {
        let call = app.call("PATCH", "/auth/account").bearer(&ada.token);
        call.json(json!({ "name": name }))
    };
    let replies = app.race(vec![call("Engines"), call("Looms")]).await;
    let names: Vec<Value> = replies
        .into_iter()
        .map(|reply| reply.expect_status(200).json()["name"].clone())
        .collect();
    assert_eq!(names, ["Engines", "Looms"]);
    assert!(names.contains(&stored(&app, &ada)["name"]["S"]));
}
