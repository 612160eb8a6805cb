//! What is exported, and imported again.

use crate::testkit::{Edit, PASSWORD, TestApp};
use roster_domain::Role;
use serde_json::{Value, json};
use std::path::Path;

async fn export(app: &TestApp, file: &Path) -> String {
    let ran = app.admin(&["export", file.to_str().unwrap()]).await;
    ran.expect_done();
    std::fs::read_to_string(file).unwrap()
}

#[tokio::test]
async fn an_export_imported_into_an_empty_table_is_exported_as_the_same() {
    let app = TestApp::with_sample().await;
    let ada = app.owner("augusta").await;
    app.add(&ada, "frances")
        .username("frances")
        .with_password()
        .verified()
        .await;
    app.deactivated(&ada, "edsger", Role::Admin).await;
    app.invited(&ada, "jean", Role::User).await;
    let moved = app.add(&ada, "moved").with_password().verified().await;
    app.edit(&moved, Edit::Verified);
    app.readdress(&moved, "elsewhere@example.com").await;
    let named = app.with_named_token(&ada, "report").await;
    let own = app.put("/v2/user").bearer(&ada.token);
    let own = own.json(json!({ "user_alias": "Countess", "locale": "Europe/London" }));
    own.await.expect_status(200);

    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.jsonl");
    let exported = export(&app, &first).await;
    let mode = std::os::unix::fs::PermissionsExt::mode(&first.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(exported.contains("$argon2id$"));

    let other = TestApp::start().await;
    let ran = other
        .admin(&["import", first.to_str().unwrap()])
        .await
        .expect_done();
    assert!(!ran.has_rejected, "{}", ran.out);
    let again = export(&other, &folder.path().join("second.jsonl")).await;
    let lines = |text: &str| -> Vec<Value> {
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    assert_eq!(lines(&again), lines(&exported));
    assert_eq!(again, exported);

    // Everybody is who they were: passwords, tokens, and the address that can be gone back to.
    for name in [
        "augusta",
        "frances",
        "elsewhere@example.com",
        "moved@example.com",
    ] {
        let login = other.post("/user/login").basic(name, PASSWORD);
        login.await.expect_status(200);
    }
    for token in [&ada.token, &named.token] {
        let profile = other.get("/v2/user").bearer(token);
        let profile = profile.await.expect_status(200).json();
        assert_eq!(profile[0]["user_alias"], "Countess");
    }
    assert_eq!(
        other.active_owners(&ada).await,
        app.active_owners(&ada).await
    );
    let error = app
        .admin(&["export", first.to_str().unwrap()])
        .await
        .expect_error();
    assert!(error.contains("is there already"), "{error}");
}
