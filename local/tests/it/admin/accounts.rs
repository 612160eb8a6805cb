//! Accounts, and all of them together.

use super::{row, told};
use crate::testkit::{Action, PASSWORD, TestApp, code_in};
use roster_domain::Role;
use serde_json::json;

#[tokio::test]
async fn the_first_owner_of_a_closed_deployment_joins_by_mail() {
    let app = TestApp::with_sign_up_closed().await;
    let mut background = app.background_workers().await;
    let sign_up = app.post("/user/login").basic("ada@example.com", PASSWORD);
    let sign_up = sign_up.json(json!({ "register": true }));
    sign_up.await.expect_status(403);
    let owner = [
        "first-owner",
        "--email",
        "ada@example.com",
        "--account-name",
        "Engines",
    ];
    let in_german = [&owner[..], &["--language", "de"]].concat();
    let made = app.admin(&in_german).await.expect_done().json();
    let [account, user] = ["account", "user"].map(|name| made[name].as_str().unwrap().to_owned());
    assert_eq!(row(&app, &account, &user)["changed_by"]["S"], "operator");
    background.run_until_idle().await;
    let mails = background.aws.mails_to("ada@example.com");
    let [mail] = &mails[..] else {
        panic!("one mail: {mails:?}");
    };
    // In the language that was named, by the operator, into the account.
    assert!(
        mail.text
            .contains("Der Betreiber von Roster lädt Sie ein, Engines"),
        "{}",
        mail.text
    );
    let code = code_in(mail).unwrap();
    let join = app.post("/user/login").basic("ada@example.com", PASSWORD);
    let join = join.json(json!({ "register": true, "invite": code }));
    let joined = join.await.expect_status(200).json();
    assert_eq!(joined["account"]["name"], "Engines");
    assert_eq!(joined["user"]["role"], "owner");
    let token = joined["token"]["token"].as_str().unwrap();
    // An owner can do everything, and is one that the account counts.
    let invite = app.post("/user/create").bearer(token);
    let invite = invite.json(json!({ "email": "grace@example.com", "role": "owner" }));
    invite.await.expect_status(200);
    let found = app.admin(&["find", &account]).await.expect_done().json();
    assert_eq!(found["activeOwners"], 1);
    background.run_until_idle().await;
    let [invited, joined, ..] = &told(&background.aws, &user)[..] else {
        panic!("two events");
    };
    assert_eq!(
        (invited.0.as_str(), invited.1.as_str()),
        ("UserInvited", "operator")
    );
    assert_eq!((joined.0.as_str(), &joined.1), ("UserJoined", &user));
    // Who has a login could not join.
    let error = app.admin(&owner).await.expect_error();
    assert!(error.contains("logs in to the account"), "{error}");
}

/// A second run opens a second account: the error says what to look for first.
#[tokio::test]
async fn an_account_of_which_no_answer_came_is_looked_for() {
    let app = TestApp::start().await;
    app.proxy.always("TransactWriteItems", Action::LoseAnswer);
    let owner = ["first-owner", "--email", "ada@example.com"];
    let error = app.admin_behind_proxy(&owner).await.expect_error();
    let (_, rest) = error.split_once("`find ").unwrap();
    let (account, _) = rest.split_once('`').unwrap();
    let found = app.admin(&["find", account]).await.expect_done().json();
    assert_eq!(found["users"].as_array().unwrap().len(), 1, "{found}");
}

#[tokio::test]
async fn a_closed_account_is_closed_for_everybody_in_it() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let grace = app.add(&ada, "grace").with_password().await;
    let close = ["close", &ada.account];
    let error = app.admin(&close).await.expect_error();
    assert!(error.contains("--yes"), "{error}");
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
    let ran = app
        .admin(&[&close[..], &["--yes"]].concat())
        .await
        .expect_done();
    assert!(ran.notes.contains("cannot be undone"), "{}", ran.notes);
    let login = app.post("/user/login").basic("ada", PASSWORD);
    login.await.expect_status(401);
    background.run_until_idle().await;
    app.get("/v2/user")
        .bearer(&grace.token)
        .await
        .expect_status(401);
    let events = background.aws.events();
    let closed = events
        .iter()
        .find(|event| event["detail-type"] == "AccountClosed");
    assert_eq!(closed.unwrap()["detail"]["actor"], "operator");
    let error = app
        .admin(&[&close[..], &["--yes"]].concat())
        .await
        .expect_error();
    assert!(error.contains("closed already"), "{error}");
}

#[tokio::test]
async fn everybody_is_counted() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for number in 0..30 {
        app.invited(&ada, &format!("invited-{number}"), Role::User)
            .await;
    }
    for number in 0..20 {
        app.deactivated(&ada, &format!("gone-{number}"), Role::User)
            .await;
    }
    app.account("grace").await;
    let ran = app.admin(&["stats", "--segments", "7"]).await.expect_done();
    assert!(ran.notes.contains("read units"), "{}", ran.notes);
    let counted = ran.json();
    assert_eq!(counted["accounts"], 2);
    assert_eq!(counted["users"], 52);
    let states = json!({ "active": 2, "deactivated": 20, "invited": 30 });
    assert_eq!(counted["usersByState"], states);
    assert_eq!(counted["unreadableRows"], 0);
}
