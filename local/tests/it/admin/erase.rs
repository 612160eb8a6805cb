//! Erasing a user, and the receipt.

use super::told;
use crate::testkit::{AccountEdit, Action, Gate, PASSWORD, TestApp};
use roster_domain::{CodePurpose, NameHash};
use serde_json::json;

#[tokio::test]
async fn an_erased_user_is_gone_and_the_receipt_names_nobody() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let grace = app
        .add(&ada, "grace")
        .username("grace")
        .with_password()
        .await;
    app.lock("grace", 3);
    app.reset_code(&grace).await;
    for name in [
        json!({ "email": "grace@example.com" }),
        json!({ "username": "grace" }),
    ] {
        let forgot = app.post("/auth/password/forgot").json(name);
        forgot.await.expect_status(202);
    }
    app.admin(&["reset", "grace"]).await.expect_done();
    background.run_until_idle().await;
    let receipts = tempfile::tempdir().unwrap();
    let receipt = receipts.path().join("receipt.json");
    let erase = [
        "erase",
        "grace",
        "--yes",
        "--receipt",
        receipt.to_str().unwrap(),
    ];
    let ran = app.admin(&erase).await.expect_done();
    let shown = ran.json();
    assert_eq!(shown["erased"]["user"], grace.id.as_str());
    assert_eq!(shown["actor"], "operator");
    assert_eq!(shown["events"][0]["detailType"], "UserRemoved");
    assert_eq!(shown["events"][0]["userId"], grace.id.as_str());
    let rows = shown["rows"].as_array().unwrap();
    assert!(
        rows.len() >= 6,
        "user, two addresses, username, reset, attempts: {rows:?}"
    );
    let kinds = ["MAILS#RESET#…", "FORGOT#…", "ATTEMPTS#…"];
    for kind in kinds {
        assert!(ran.out.contains(kind), "{kind}: {}", ran.out);
    }
    // An address is found out from its hash by trying addresses.
    let hashes = ["grace@example.com", "grace"].map(NameHash::new);
    assert!(
        !hashes.iter().any(|hash| ran.out.contains(hash.as_str())),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("example.com"), "{}", ran.out);
    let kept = std::fs::read_to_string(&receipt).unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&kept).unwrap(),
        shown
    );
    let login = app.post("/user/login").basic("grace", PASSWORD);
    login.await.expect_status(401);
    let left = app.items();
    let texts: Vec<String> = left.values().map(ToString::to_string).collect();
    let named = texts.iter().find(|text| text.contains("grace@example.com"));
    assert_eq!(named, None, "the address is nowhere");
    let left: Vec<_> = left
        .into_iter()
        .filter(|(_, item)| item.to_string().contains(&grace.id))
        .collect();
    assert!(
        left.iter().all(|((pk, _), _)| pk.starts_with("MAILS#")),
        "{left:?}"
    );
    background.run_until_idle().await;
    let removed = ("UserRemoved".to_owned(), "operator".to_owned());
    assert_eq!(told(&background.aws, &grace.id).last(), Some(&removed));
    assert_eq!(app.challenge(CodePurpose::Reset, &grace).await, None);
}

#[tokio::test]
async fn the_last_owner_is_erased_with_the_account_only() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let grace = app.add(&ada, "grace").with_password().await;
    let before = app.items();
    let error = app.admin(&["erase", "ada", "--yes"]).await.expect_error();
    assert!(error.contains("--close-account"), "{error}");
    assert_eq!(app.items(), before);
    let erase = ["erase", "ada", "--close-account", "--yes"];
    let receipt = app.admin(&erase).await.expect_done().json();
    assert_eq!(receipt["closedAccount"], ada.account.as_str());
    background.run_until_idle().await;
    for (user, token) in [(&ada.id, &ada.token), (&grace.id, &grace.token)] {
        app.get("/v2/user").bearer(token).await.expect_status(401);
        let removed = ("UserRemoved".to_owned(), "operator".to_owned());
        assert_eq!(told(&background.aws, user).last(), Some(&removed));
    }
}

#[tokio::test]
async fn without_a_place_for_the_receipt_nobody_is_erased() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.add(&ada, "grace").with_password().await;
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("missing/receipt.json");
    let other = folder.path().join("other.json");
    std::fs::write(&other, "of somebody else").unwrap();
    let before = app.items();
    for path in [&nowhere, &other] {
        let path = path.to_str().unwrap();
        let erase = ["erase", "grace@example.com", "--yes", "--receipt", path];
        let error = app.admin(&erase).await.expect_error();
        assert!(error.contains("Nothing was done"), "{error}");
    }
    assert_eq!(app.items(), before);
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "of somebody else");
    // Where nobody is erased, no file is left.
    let unused = folder.path().join("unused.json");
    let path = unused.to_str().unwrap();
    let erase = ["erase", "ada", "--yes", "--receipt", path];
    app.admin(&erase).await.expect_error();
    assert!(!unused.exists());
}

#[tokio::test]
async fn what_cannot_be_deleted_after_the_user_is_told_in_the_receipt() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let grace = app.add(&ada, "grace").with_password().await;
    app.lock("grace@example.com", 3);
    let refused = Action::refuse(400, "AccessDeniedException");
    app.proxy.always("DeleteItem", refused);
    let erase = ["erase", "grace@example.com", "--yes"];
    let receipt = app.admin_behind_proxy(&erase).await.expect_done().json();
    assert!(app.user(&grace).await.is_none());
    let remains = receipt["remains"].to_string();
    assert!(remains.contains("ATTEMPTS#…/ATTEMPTS"), "{remains}");
    assert!(
        !receipt["rows"].to_string().contains("ATTEMPTS"),
        "{receipt}"
    );
}

#[tokio::test]
async fn an_account_that_got_another_owner_meanwhile_is_not_closed() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    // The login, the user and the account are read, then somebody is asked, then it is read again.
    let gate = Gate::new();
    let held = Action::HoldUntil(gate.clone());
    app.proxy
        .script("GetItem", [Action::Pass, Action::Pass, Action::Pass, held]);
    let meanwhile = async {
        gate.reached().await;
        app.edit_account(&ada, AccountEdit::ActiveOwners(2));
        gate.open();
    };
    let erase = ["erase", "ada", "--close-account", "--yes"];
    let (ran, ()) = tokio::join!(app.admin_behind_proxy(&erase), meanwhile);
    app.proxy.expect_scripts_done();
    let error = ran.expect_error();
    assert!(error.contains("not the last owner"), "{error}");
    let found = app.admin(&["find", "ada"]).await.expect_done().json();
    assert_eq!(found["state"], "active");
}
