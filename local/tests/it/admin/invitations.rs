//! Invitations of users who were imported.

use super::{imported, jsonl, shown};
use crate::testkit::{PASSWORD, TestApp, account_key};
use roster_domain::{NameHash, Role};
use serde_json::{Value, json};
use std::time::Duration;

fn invited(name: &str) -> Value {
    json!({ "account": "Engines", "email": format!("{name}@example.com") })
}

#[tokio::test]
async fn an_invitation_that_was_revoked_is_not_sent_again() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let owner = json!({
        "account": "Engines",
        "email": "ada@example.com",
        "role": "owner",
        "password_hash": bcrypt::hash(PASSWORD, 4).unwrap(),
    });
    let file = jsonl(&[owner, invited("grace")]);
    let import = ["import", shown(&file), "--send-invitations"];
    let ran = app.admin(&import).await.expect_done().json();
    assert_eq!(ran["invitationsRequested"], 1);
    background.run_until_idle().await;
    let ada = app.login("ada@example.com").await;
    let row = imported(&app, "grace@example.com");
    let path = format!("/auth/invitations/{}", row["id"]["S"].as_str().unwrap());
    let revoke = app.call("DELETE", &path).bearer(&ada.token);
    revoke.await.expect_status(204);
    app.advance(Duration::from_secs(3600));
    let again = app.admin(&import).await.expect_done().json();
    assert_eq!(again["alreadyThere"], 2);
    assert_eq!(
        (&again["invitationsRequested"], &again["invitationsLeft"]),
        (&json!(0), &json!(0))
    );
    background.run_until_idle().await;
    let mails = background.aws.mails_to("grace@example.com");
    assert_eq!(mails.len(), 1);
    assert_eq!(imported(&app, "grace@example.com")["invited"], Value::Null);
}

#[tokio::test]
async fn an_invitation_that_another_roster_sent_is_sent_again() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.invited(&ada, "grace", Role::User).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.jsonl");
    let file = file.to_str().unwrap();
    app.admin(&["export", file]).await.expect_done();
    assert!(
        std::fs::read_to_string(file)
            .unwrap()
            .contains("invited_at")
    );
    let send = ["import", file, "--send-invitations"];
    // At once, or when everybody is there.
    for first in [&["import", file][..], &send] {
        let other = TestApp::start().await;
        let mut background = other.background_workers().await;
        other.admin(first).await.expect_done();
        other.admin(&send).await.expect_done();
        let third = other.admin(&send).await.expect_done().json();
        assert_eq!(third["invitationsRequested"], 0);
        background.run_until_idle().await;
        let mails = background.aws.mails_to("grace@example.com");
        assert_eq!(mails.len(), 1, "{first:?}");
    }
}

#[tokio::test]
async fn an_address_that_had_its_mails_holds_back_nobody_else() {
    let app = TestApp::start().await;
    let file = jsonl(&["alan", "barbara", "claude"].map(invited));
    app.admin(&["import", shown(&file)]).await.expect_done();
    let rows =
        ["alan", "barbara", "claude"].map(|name| imported(&app, &format!("{name}@example.com")));
    // The one whose turn is first.
    let first = rows
        .iter()
        .min_by_key(|row| row["id"]["S"].to_string())
        .unwrap();
    let [account, email] = ["account", "email"].map(|name| first[name]["S"].as_str().unwrap());
    let mail = json!({ "S": format!("{} asked", app.now()) });
    app.put_item(json!({
        "PK": { "S": account_key(account) },
        "SK": { "S": format!("MAILS#INVITATION#{}", NameHash::new(email).as_str()) },
        "mail_0": mail,
        "mail_1": mail,
        "mail_2": mail,
    }));
    let send = ["import", shown(&file), "--send-invitations"];
    let ran = app.admin(&send).await.expect_done().json();
    assert_eq!(
        (&ran["invitationsRequested"], &ran["invitationsLeft"]),
        (&json!(2), &json!(1))
    );
}
