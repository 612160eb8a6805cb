//! Addresses: the account knows its own people by them, and a login belongs to the user who proves it.

use crate::testkit::{AccountEdit, Call, PASSWORD, Person, Reply, TestApp, at_once};
use roster_domain::{CodePurpose, Permissions, Role};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn invite(app: &TestApp, caller: &Person, email: &str) -> Call {
    let call = app.post("/api/v2/users").bearer(&caller.token);
    call.json(json!({ "email": email }))
}

/// Somebody whom `caller` invites, as `email`.
async fn invited(app: &TestApp, caller: &Person, email: &str) -> Person {
    let call = app.post("/user/create").bearer(&caller.token);
    let body = json!({ "email": email, "role": "user", "sendInvite": true });
    let user = call.json(body).await.expect_status(200).json();
    Person {
        id: user["id"].as_str().unwrap().to_owned(),
        email: email.to_owned(),
        username: None,
        ..caller.clone()
    }
}

async fn accept(app: &TestApp, person: &Person) -> Reply {
    let code = app.mailed_code(CodePurpose::Invitation, person).await;
    accept_with(app, person, &code).await
}

fn accept_with(app: &TestApp, person: &Person, code: &str) -> Call {
    let call = app.post("/user/login").basic(&person.email, PASSWORD);
    call.json(json!({ "invite": code, "register": true }))
}

fn confirm_with(app: &TestApp, person: &Person, code: &str) -> Call {
    let call = app.post("/user/login").basic(&person.email, PASSWORD);
    call.json(json!({ "invite": code }))
}

fn sign_up(app: &TestApp, username: &str, email: &str) -> Call {
    let body = json!({ "username": username, "email": email, "password": PASSWORD });
    app.post("/rest/users").json(body)
}

#[tokio::test]
async fn two_accounts_invite_one_address_and_neither_sees_the_other() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.account("ada").await, app.account("eve").await);
    let first = invited(&app, &ada, "kat@example.com").await;
    let second = invited(&app, &eve, "Kat@Example.com").await;
    // Whoever is asked for by the address is one's own.
    for (owner, person) in [(&ada, &first), (&eve, &second)] {
        for path in ["/user/get", "/user/find"] {
            let call = app.post(path).bearer(&owner.token);
            let found = call.json(json!({ "email": "kat@example.com" })).await;
            let found = found.expect_status(200).json();
            let found = found.get("data").map_or(&found, |data| &data[0]).clone();
            assert_eq!(found["id"], person.id.as_str());
        }
        invite(&app, owner, "kat@example.com")
            .await
            .expect_status(200);
    }
    assert_eq!(app.login_of("kat@example.com").await, None);
    // The first acceptance wins, and the second is told why.
    accept(&app, &first).await.expect_status(200);
    let told = accept(&app, &second).await;
    let told = told.expect_problem(409, "email_in_use").json();
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.contains("another account"), "{detail}");
    assert_eq!(app.login("kat@example.com").await.id, first.id);
    // The invitation would have said so in advance, if they had joined by then.
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let mails = background.aws.mails_to("kat@example.com");
    let warning = "login with this address in another";
    assert!(mails.iter().any(|mail| mail.text.contains(warning)));
    // Nobody else is: it can still be invited, and the code is not used up.
    app.advance(Duration::from_secs(600));
    invite(&app, &eve, "kat@example.com")
        .await
        .expect_status(200);
    let remove = app.post("/user/remove").bearer(&ada.token);
    remove
        .json(json!({ "id": first.id }))
        .await
        .expect_status(204);
    accept(&app, &second).await.expect_status(200);
    assert_eq!(app.login("kat@example.com").await.id, second.id);
}

#[tokio::test]
async fn an_address_that_logs_in_elsewhere_is_invited_like_any_other() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let eve = app.account("eve").await;
    let kat = app.member(&eve, "kat", Role::User).await;
    let mut texts = Vec::new();
    for email in [&kat.email, "nobody@example.com"] {
        let (reply, asked) = app.requests(invite(&app, &ada, email)).await;
        texts.push(reply.expect_status(200).text);
        // Nothing outside the account is read or written.
        let asked = format!("{asked:?}");
        let login = r#""PK": Object {"S": String("EMAIL#"#;
        assert!(!asked.contains(login), "{asked}");
        assert!(asked.contains(&ada.account) && !asked.contains(&eve.account));
    }
    assert_eq!(texts[0], texts[1]);
}

#[tokio::test]
async fn a_squatter_loses_an_unproven_address_to_the_user_who_proves_it() {
    let app = TestApp::start().await;
    sign_up(&app, "squatter", "kat@example.com")
        .await
        .expect_status(201);
    let squatter = app.login("squatter").await;
    let ada = app.account("ada").await;
    let kat = invited(&app, &ada, "kat@example.com").await;
    accept(&app, &kat).await.expect_status(200);
    assert_eq!(app.login("kat@example.com").await.id, kat.id);
    // Account, username and tokens stay.
    assert_eq!(app.login("squatter").await.id, squatter.id);
    app.get("/v2/user")
        .bearer(&squatter.token)
        .await
        .expect_status(200);
    // The squatter's new address does not take the old one from the user who has it now.
    let put = app.put("/v2/user").bearer(&squatter.token);
    put.json(json!({ "email1": "other@example.com" }))
        .await
        .expect_status(200);
    assert_eq!(app.login("kat@example.com").await.id, kat.id);
    assert_eq!(app.login("other@example.com").await.id, squatter.id);
}

/// The user who lost the address may still be the one who reads its mails.
#[tokio::test]
async fn a_user_who_lost_an_address_gets_it_back_by_proving_it_first() {
    let app = TestApp::start().await;
    sign_up(&app, "kat", "kat@example.com")
        .await
        .expect_status(201);
    let kat = app.login("kat").await.at("kat@example.com");
    let code = app.mailed_code(CodePurpose::Verification, &kat).await;
    app.advance(DAY * 6);
    sign_up(&app, "late", "kat@example.com")
        .await
        .expect_accounts_error(409);
    app.advance(DAY);
    // A week without a proof: it gives way to a new sign-up.
    sign_up(&app, "other", "kat@example.com")
        .await
        .expect_status(201);
    let other = app.login("kat@example.com").await;
    assert_ne!(other.id, kat.id);
    assert!(app.user(&kat).await.unwrap().lost_address());
    app.login("kat").await;
    // Asked for again, and proven: it is theirs.
    let put = app.put("/v2/user").bearer(&kat.token);
    put.json(json!({ "email1": "kat@example.com" }))
        .await
        .expect_status(200);
    confirm_with(&app, &kat, &code)
        .await
        .expect_problem(410, "code_used");
    let code = app.mailed_code(CodePurpose::Verification, &kat).await;
    confirm_with(&app, &kat, &code).await.expect_status(200);
    assert_eq!(app.login("kat@example.com").await.id, kat.id);
    let other = other.at("kat@example.com");
    let put = app.put("/v2/user").bearer(&other.token);
    put.json(json!({ "email1": "kat@example.com" }))
        .await
        .expect_status(200);
    let code = app.mailed_code(CodePurpose::Verification, &other).await;
    confirm_with(&app, &other, &code)
        .await
        .expect_problem(409, "email_in_use");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_accounts_that_invite_one_address_one_gets_them() {
    let app = TestApp::start().await;
    let mut calls = Vec::new();
    for number in 0..64 {
        let owner = app.account(&format!("owner{number}")).await;
        let kat = invited(&app, &owner, "kat@example.com").await;
        let code = app.mailed_code(CodePurpose::Invitation, &kat).await;
        calls.push(accept_with(&app, &kat, &code));
    }
    assert_eq!(outcomes(calls).await, (1, 63));
    let holder = app.login_of("kat@example.com").await.unwrap();
    let logged_in = app.login("kat@example.com").await;
    assert_eq!(logged_in.id, holder.user);
    assert!(holder.verified);
}

/// A squatter, sign-ups after a week, and an invited user: all at once.
#[tokio::test(flavor = "multi_thread")]
async fn sign_ups_and_proofs_that_race_leave_one_login() {
    for _ in 0..4 {
        let app = TestApp::start().await;
        sign_up(&app, "squatter", "kat@example.com")
            .await
            .expect_status(201);
        app.advance(DAY * 7);
        let ada = app.account("ada").await;
        let kat = invited(&app, &ada, "kat@example.com").await;
        let code = app.mailed_code(CodePurpose::Invitation, &kat).await;
        let mut calls = vec![accept_with(&app, &kat, &code)];
        calls.extend((0..63).map(|number| sign_up(&app, &format!("late{number}"), &kat.email)));
        let (taken, refused) = outcomes(calls).await;
        assert!((1..=2).contains(&taken), "{taken}");
        assert_eq!(taken + refused, 64);
        // The user who proves it has it in the end, whoever was first.
        assert_eq!(app.login("kat@example.com").await.id, kat.id);
    }
}

/// How many were let in, and how many were told that the address is in use.
async fn outcomes(calls: Vec<Call>) -> (usize, usize) {
    let (mut taken, mut refused) = (0, 0);
    for reply in at_once(calls).await {
        match reply.status {
            200 | 201 => taken += 1,
            409 => refused += 1,
            _ => panic!("{}", reply.text),
        }
    }
    (taken, refused)
}

#[tokio::test]
async fn the_founders_address_goes_when_the_founder_is_removed() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let grace = app.member(&ada, "grace", Role::Owner).await;
    let login = || app.post("/user/login").bearer(&grace.token).into_future();
    let account = login().await.expect_status(200).json()["account"].clone();
    assert_eq!(account["email"], "ada@example.com");
    let remove = app.post("/user/remove").bearer(&grace.token);
    remove
        .json(json!({ "id": ada.id }))
        .await
        .expect_status(204);
    let account = login().await.expect_status(200).json()["account"].clone();
    assert_eq!(account["email"], Value::Null);
    let dump = format!("{:?}", app.items());
    assert!(!dump.contains("ada@example.com"), "{dump}");
}

#[tokio::test]
async fn a_closed_account_lets_nobody_in() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let kat = invited(&app, &ada, "kat@example.com").await;
    let code = app.mailed_code(CodePurpose::Invitation, &kat).await;
    app.edit_account(&ada, AccountEdit::Closed);
    for call in [
        app.post("/user/login").basic("ada", PASSWORD),
        app.post("/user/login").bearer(&ada.token),
        app.post("/user/find").bearer(&ada.token),
        accept_with(&app, &kat, &code),
    ] {
        call.await.expect_problem(401, "auth_required");
    }
    let get = app.get("/rest/users/ada").basic("ada", PASSWORD);
    get.await.expect_accounts_error(401);
}

/// An invited user starts with no permission that the inviter does not hold.
#[tokio::test]
async fn an_invited_user_starts_with_no_permission_that_the_inviter_lacks() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let managing = |view_metrics: bool| Permissions {
        user_management: true,
        view_metrics,
        ..Permissions::INITIAL
    };
    for (number, held) in [(0, true), (1, false)] {
        let name = format!("manager{number}");
        let manager = app.add(&ada, &name).permissions(managing(held)).await;
        let email = format!("puppet{number}@example.com");
        invite(&app, &manager, &email).await.expect_status(200);
        let get = app.post("/user/get").bearer(&ada.token);
        let found = get.json(json!({ "email": email })).await.json();
        let puppet = Person {
            id: found["id"].as_str().unwrap().to_owned(),
            email,
            ..ada.clone()
        };
        accept(&app, &puppet).await.expect_status(200);
        let permissions = app.user(&puppet).await.unwrap().permissions();
        assert_eq!(permissions.view_metrics, held);
        assert!(!permissions.user_management);
    }
}
