//! What must not be found in the table.

use crate::testkit::{PASSWORD, TestApp};
use serde_json::json;

/// Every part of `secret` that is long enough to tell something.
fn parts(secret: &str) -> impl Iterator<Item = &str> {
    assert!(secret.len() >= 12, "{secret} is too short to be looked for");
    (0..secret.len() - 11).map(|start| &secret[start..start + 12])
}

#[tokio::test]
async fn the_table_holds_no_password_no_token_and_no_device_token_in_whole_or_in_part() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let register = app.post("/user/login").basic("grace@example.com", PASSWORD);
    let grace = register
        .json(json!({ "register": true }))
        .await
        .expect_status(200)
        .json();
    let mut secrets = vec![PASSWORD.to_owned()];
    for token in [&ada.token, grace["token"]["token"].as_str().unwrap()] {
        let profile = app
            .get("/v2/user")
            .api_token(token)
            .await
            .expect_status(200)
            .json();
        secrets.push(profile[0]["device_token"].as_str().unwrap()[4..].to_owned());
        // Before it stand prefix, account and user, which are no secrets: 4 + 43 characters.
        secrets.push(token[47..].to_owned());
    }
    let dump = format!("{:?}", app.items());
    assert!(dump.contains("argon2id"), "the dump is one of this table");
    for secret in &secrets {
        for part in parts(secret) {
            assert!(!dump.contains(part), "{part} of {secret}");
        }
    }
}
