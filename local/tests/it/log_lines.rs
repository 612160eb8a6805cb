//! What the line of a request says.

use crate::testkit::{Log, TestApp};
use serde_json::{Value, json};

/// The lines of requests that `actor` made.
fn lines_of(log: &Log, actor: &str) -> Vec<Value> {
    let text = log.text();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|line: &Value| line["fields"]["actor"] == actor)
        .collect()
}

#[tokio::test]
async fn the_line_of_a_change_says_who_made_it_and_to_which_account() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let alan = app.member(&ada, "alan", roster_domain::Role::User).await;
    let log = Log::start();
    let path = format!("/api/v2/users/{}/deactivate", alan.id);
    app.post(&path).bearer(&ada.token).await.expect_status(200);
    let call = app.put("/v2/user").bearer(&ada.token);
    let call = call.json(json!({ "user_alias": "Countess" }));
    call.await.expect_status(200);
    let named = app
        .post("/auth/tokens")
        .basic("ada", crate::testkit::PASSWORD);
    let named = named.json(json!({ "name": "report" })).await;
    named.expect_status(201);
    let lines = lines_of(&log, &ada.id);
    let endpoints: Vec<_> = lines
        .iter()
        .map(|line| &line["fields"]["endpoint"])
        .collect();
    assert_eq!(
        endpoints,
        ["members-deactivate", "profile-update", "auth-create-token"]
    );
    for line in &lines {
        assert_eq!(line["fields"]["account"], ada.account.as_str());
    }
    // Nobody is named by a token that does not work.
    let log = Log::start();
    let call = app.put("/v2/user").bearer(&alan.token);
    call.json(json!({})).await.expect_status(401);
    assert!(lines_of(&log, &alan.id).is_empty());
}
