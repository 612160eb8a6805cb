//! What is done to one user.

use super::{row, told};
use crate::testkit::{Edit, PASSWORD, TestApp, code_in};
use roster_domain::Role;
use serde_json::json;

const NEW: &str = "seven-quiet-otters-2026";

#[tokio::test]
async fn an_unlocked_user_logs_in() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    for name in ["ada", "ada@example.com"] {
        app.lock(name, 12);
        let login = || app.post("/user/login").basic(name, PASSWORD);
        login().await.expect_status(429);
        let found = app.admin(&["find", name]).await.expect_done().json();
        assert!(found["locked"][name].is_string(), "{found}");
        app.admin(&["unlock", name]).await.expect_done();
        login().await.expect_status(200);
        let found = app.admin(&["find", name]).await.expect_done().json();
        assert_eq!(found["locked"], json!(null));
    }
    app.lock("ada", 12);
    app.admin(&["unlock", "ada"]).await.expect_done();
    let row = row(&app, &ada.account, &ada.id);
    assert_eq!(row["changed_by"]["S"], "operator");
}

#[tokio::test]
async fn a_reset_brings_a_mail_by_which_the_password_is_chosen() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let ran = app.admin(&["reset", "ada"]).await.expect_done();
    background.run_until_idle().await;
    let mails = background.aws.mails_to("ada@example.com");
    let mut codes = mails.iter().filter_map(code_in);
    let code = codes.find(|code| code.starts_with("rsr_")).unwrap();
    assert!(!ran.out.contains("rsr_") && !ran.notes.contains("rsr_"));
    // Until then, everything stays as it is.
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
    let body = json!({ "code": code, "password": NEW });
    let reset = app.post("/auth/password/reset").json(body);
    reset.await.expect_status(204);
    app.post("/user/login")
        .basic("ada", NEW)
        .await
        .expect_status(200);
    // A user who has yet to join has no password to choose another one for.
    let grace = app.invited(&ada, "grace", Role::User).await;
    let name = format!("{}/{}", grace.account, grace.id);
    let error = app.admin(&["reset", &name]).await.expect_error();
    assert!(error.contains("has not joined"), "{error}");
}

#[tokio::test]
async fn revoked_tokens_stop_and_the_event_names_the_operator() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let named = app.with_named_token(&ada, "report").await;
    let before = app.items();
    let error = app.admin(&["revoke-tokens", "ada"]).await.expect_error();
    assert!(error.contains("--yes"), "{error}");
    assert_eq!(app.items(), before);
    let ran = app
        .admin(&["revoke-tokens", "ada", "--yes"])
        .await
        .expect_done();
    assert!(ran.notes.contains("all 2 tokens"), "{}", ran.notes);
    for token in [&ada.token, &named.token] {
        app.get("/v2/user").bearer(token).await.expect_status(401);
    }
    background.run_until_idle().await;
    let revoked = ("UserTokensRevoked".to_owned(), "operator".to_owned());
    assert_eq!(told(&background.aws, &ada.id).last(), Some(&revoked));
}

#[tokio::test]
async fn a_user_is_found_by_every_name_and_no_hash_is_shown() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let grace = app.invited(&ada, "grace", Role::Admin).await;
    let quiet = app.add(&ada, "quiet").invited().await;
    background.run_until_idle().await;
    let both = format!("{}/{}", ada.account, ada.id);
    for name in ["ada", "ADA", "Ada@example.com", &both] {
        let found = app.admin(&["find", name]).await.expect_done();
        assert_eq!(found.json()["id"], ada.id.as_str());
        assert!(!found.out.contains("$argon2"), "{}", found.out);
        let found = found.json();
        assert_eq!(
            (found["state"].as_str(), found["role"].as_str()),
            (Some("active"), Some("owner"))
        );
        assert_eq!(found["password"], "argon2id");
        assert_eq!(found["tokens"]["logins"], 1);
        assert_eq!(found["updatedBy"], ada.id.as_str());
    }
    let by_account = ["find", &ada.id, "--account", &ada.account];
    for arguments in [&by_account[..], &["find", &ada.id, "--scan"]] {
        let found = app.admin(arguments).await.expect_done().json();
        assert_eq!(found["id"], ada.id.as_str());
    }
    let error = app.admin(&["find", &ada.id]).await.expect_error();
    assert!(
        error.contains("--scan") && error.contains("read units"),
        "{error}"
    );
    // By the invitation that was mailed.
    let found = app
        .admin(&["find", "grace@example.com"])
        .await
        .expect_done();
    assert_eq!(found.json()["id"], grace.id.as_str());
    assert_eq!(found.json()["state"], "invited");
    let arguments = ["find", "quiet@example.com", "--account", &ada.account];
    let found = app.admin(&arguments).await.expect_done().json();
    assert_eq!(found["id"], quiet.id.as_str());
    let found = app
        .admin(&["find", &ada.account])
        .await
        .expect_done()
        .json();
    assert_eq!(found["activeOwners"], 1);
    assert_eq!(found["users"].as_array().unwrap().len(), 3);
    for nobody in ["nobody", "nobody@example.com"] {
        let error = app.admin(&["find", nobody, "--scan"]).await.expect_error();
        assert!(error.contains("Nobody is found"), "{error}");
    }
}

#[tokio::test]
async fn an_address_that_was_given_up_finds_its_user_while_it_is_theirs() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let moved = app.add(&ada, "moved").with_password().verified().await;
    app.edit(&moved, Edit::Verified);
    app.readdress(&moved, "elsewhere@example.com").await;
    let find = ["find", "moved@example.com", "--account", &ada.account];
    let found = app.admin(&find).await.expect_done().json();
    assert_eq!(found["id"], moved.id.as_str());
    app.advance(std::time::Duration::from_secs(8 * 24 * 3600));
    let error = app.admin(&find).await.expect_error();
    assert!(error.contains("Nobody is found"), "{error}");
}
