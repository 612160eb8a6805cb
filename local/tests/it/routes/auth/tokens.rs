//! `GET /auth/tokens`

use crate::testkit::TestApp;
use std::time::Duration;

#[tokio::test]
async fn tokens_are_listed_without_their_secrets_oldest_first() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.advance(Duration::from_secs(2 * 60 * 60));
    let second = app.login("ada").await;
    let tokens = app.get("/auth/tokens").bearer(&second.token).await;
    let text = tokens.text.clone();
    let tokens = tokens.expect_status(200).json();
    let tokens = tokens.as_array().unwrap();
    assert_eq!(tokens.len(), 2, "{text}");
    assert_eq!(tokens[0]["current"], false);
    assert_eq!(tokens[1]["current"], true);
    assert_eq!(tokens[1]["kind"], "login");
    assert!(tokens[0]["created"].as_str() < tokens[1]["created"].as_str());
    for token in [&ada.token, &second.token] {
        assert!(!text.contains(&token[60..]), "the secret is shown");
    }
    // The first one is used in this hour, and that is shown.
    let before = tokens[0]["lastUsed"].clone();
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
    let tokens = app.get("/auth/tokens").bearer(&second.token).await.json();
    assert_ne!(tokens[0]["lastUsed"], before);
}
