//! `POST /user/login` with the code of an invitation or a verification. The tests play the mailer,
//! through the repository call that it uses.

use crate::support::{App, Call, PASSWORD, Person};
use roster_domain::{CODE_LIFETIME, Code, CodePurpose, Role};
use serde_json::{Value, json};
use std::time::Duration;

const WRONG: &str = "incorrect-horse-battery-staple";

/// Mails the code that was asked for: what is in the mail.
async fn mail(app: &App, purpose: CodePurpose, person: &Person) -> String {
    let (account, id) = (person.account.parse().unwrap(), person.id.parse().unwrap());
    let repository = &app.roster.repository;
    let request = repository.code_request_get(purpose, account, id).await;
    let request = request.unwrap().unwrap();
    let code = Code::generate(purpose, account, id).unwrap();
    let (hash, now) = (code.hash(), app.roster.clock.now());
    let stored = repository.code_store(&request, &hash, now);
    stored.await.unwrap();
    code.reveal()
}

async fn invitation(app: &App, person: &Person) -> String {
    mail(app, CodePurpose::Invitation, person).await
}

async fn verification(app: &App, person: &Person) -> String {
    mail(app, CodePurpose::Verification, person).await
}

fn login(app: &App, email: &str, password: &str, body: Value) -> Call {
    app.post("/user/login").basic(email, password).json(body)
}

fn accept(app: &App, person: &Person, code: &str) -> Call {
    let body = json!({ "invite": code, "register": true });
    login(app, &person.email, PASSWORD, body)
}

fn confirm(app: &App, person: &Person, code: &str) -> Call {
    login(app, &person.email, PASSWORD, json!({ "invite": code }))
}

mod invitation {
    use super::*;

    #[tokio::test]
    async fn an_invited_user_joins_with_the_password_that_they_chose() {
        let app = App::with_sign_up_closed().await;
        let ada = app.account("ada").await;
        let grace = app.invited(&ada, "grace", Role::Owner).await;
        let code = invitation(&app, &grace).await;
        app.advance(Duration::from_secs(3600));
        let joined = accept(&app, &grace, &code).await.expect_status(200).json();
        assert_eq!(joined["account"]["id"], ada.account);
        assert_eq!(joined["account"]["activity"], "2026-11-21T19:00:00.000Z");
        assert_eq!(joined["user"]["id"], grace.id);
        assert_eq!(joined["user"]["activity"], "2026-11-21T19:00:00.000Z");
        let token = joined["token"]["token"].as_str().unwrap();
        app.get("/v2/user").bearer(token).await.expect_status(200);
        assert_eq!(app.login("grace@example.com").await.id, grace.id);
        let user = app.user(&grace).await.unwrap();
        assert!(user.joined && user.email_verified && user.last_login.is_some());
        let account = app.roster.repository.account_get(user.account);
        assert_eq!(account.await.unwrap().unwrap().active_owners, 2);
        accept(&app, &grace, &code)
            .await
            .expect_problem(410, "code_used");
    }

    #[tokio::test]
    async fn a_code_works_for_seven_days_and_a_newer_one_replaces_it() {
        let app = App::start().await;
        let ada = app.account("ada").await;
        let grace = app.invited(&ada, "grace", Role::User).await;
        let first = invitation(&app, &grace).await;
        app.advance(CODE_LIFETIME);
        accept(&app, &grace, &first)
            .await
            .expect_problem(410, "code_expired");
        let call = app.post("/user/updateRole").bearer(&ada.token);
        let body = json!({ "id": grace.id, "role": "user", "sendInvite": true });
        call.json(body).await.expect_status(200);
        // Asked for, and not mailed yet: the old one works no more either way.
        accept(&app, &grace, &first)
            .await
            .expect_problem(410, "code_used");
        let second = invitation(&app, &grace).await;
        accept(&app, &grace, &first)
            .await
            .expect_problem(410, "code_used");
        app.advance(CODE_LIFETIME - Duration::from_millis(1));
        accept(&app, &grace, &second).await.expect_status(200);
    }

    #[tokio::test]
    async fn what_was_never_mailed_to_the_address_gets_one_answer() {
        let app = App::start().await;
        let ada = app.account("ada").await;
        let grace = app.invited(&ada, "grace", Role::User).await;
        let alan = app.invited(&ada, "alan", Role::User).await;
        let code = invitation(&app, &grace).await;
        let (account, id) = (grace.account.parse().unwrap(), grace.id.parse().unwrap());
        let made_up = Code::generate(CodePurpose::Invitation, account, id).unwrap();
        let other = Code::generate(CodePurpose::Verification, account, id).unwrap();
        let nobody = roster_domain::UserId::new(app.roster.clock.now());
        let nobodys = Code::generate(CodePurpose::Invitation, account, nobody).unwrap();
        let mut answers = Vec::new();
        for (person, code) in [
            (&alan, code.as_str()),
            (&ada, &code),
            (&grace, &made_up.reveal()),
            (&grace, &other.reveal()),
            (&grace, &nobodys.reveal()),
            (&grace, &code[..code.len() - 1]),
            (&grace, ""),
            (&grace, "nonsense"),
            (&grace, &grace.token),
        ] {
            let reply = accept(&app, person, code).await;
            let reply = reply.expect_problem(400, "invalid_value");
            assert_eq!(reply.json()["field"], "invite");
            answers.push(reply.text);
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        accept(&app, &grace, &code).await.expect_status(200);
    }

    #[tokio::test]
    async fn it_takes_register_and_a_good_password_and_is_not_used_up_by_trying() {
        let app = App::start().await;
        let ada = app.account("ada").await;
        let grace = app.invited(&ada, "grace", Role::User).await;
        let code = invitation(&app, &grace).await;
        for (password, body, field) in [
            (PASSWORD, json!({ "invite": code }), "register"),
            (
                PASSWORD,
                json!({ "invite": code, "register": false }),
                "register",
            ),
            (
                "short",
                json!({ "invite": code, "register": true }),
                "password",
            ),
            (
                "grace@example.com",
                json!({ "invite": code, "register": true }),
                "password",
            ),
        ] {
            let reply = login(&app, "grace@example.com", password, body).await;
            let reply = reply.expect_problem(400, "invalid_value");
            assert_eq!(reply.json()["field"], field);
        }
        for body in [
            json!({ "invite": null, "register": true }),
            json!({ "invite": [code], "register": true }),
        ] {
            let reply = login(&app, "grace@example.com", PASSWORD, body).await;
            reply.expect_problem(400, "malformed_body");
        }
        // The address may be written in any case, and a username is none.
        let body = json!({ "invite": code, "register": true });
        let reply = login(&app, "grace", PASSWORD, body.clone()).await;
        reply.expect_problem(400, "invalid_value");
        let reply = login(&app, "GRACE@Example.com", PASSWORD, body).await;
        reply.expect_status(200);
    }

    #[tokio::test]
    async fn who_was_deactivated_or_removed_does_not_join() {
        let app = App::start().await;
        let ada = app.account("ada").await;
        let grace = app.invited(&ada, "grace", Role::User).await;
        let code = invitation(&app, &grace).await;
        let switch = |to: &str| {
            let path = format!("/api/v2/users/{}/{to}", grace.id);
            app.post(&path).bearer(&ada.token)
        };
        switch("deactivate").await.expect_status(200);
        accept(&app, &grace, &code)
            .await
            .expect_problem(401, "auth_required");
        switch("activate").await.expect_status(200);
        let remove = app.post("/user/remove").bearer(&ada.token);
        let remove = remove.json(json!({ "id": grace.id }));
        remove.await.expect_status(204);
        let gone = accept(&app, &grace, &code).await;
        gone.expect_problem(400, "invalid_value");
    }

    #[tokio::test]
    async fn who_has_another_address_by_now_takes_the_invitation_that_was_sent_there() {
        let app = App::start().await;
        let ada = app.account("ada").await;
        let grace = app.invited(&ada, "grace", Role::User).await;
        let old = invitation(&app, &grace).await;
        let call = app.post("/user/update").bearer(&ada.token);
        let call = call.json(json!({ "id": grace.id, "email": "hopper@example.com" }));
        call.await.expect_status(200);
        let hopper = Person {
            email: "hopper@example.com".into(),
            ..grace.clone()
        };
        accept(&app, &grace, &old)
            .await
            .expect_problem(400, "invalid_value");
        accept(&app, &hopper, &old)
            .await
            .expect_problem(410, "code_used");
        let new = invitation(&app, &hopper).await;
        accept(&app, &hopper, &new).await.expect_status(200);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_thirty_two_logins_with_one_code_at_once_one_is_accepted() {
        let app = App::start().await;
        let ada = app.account("ada").await;
        let grace = app.invited(&ada, "grace", Role::Owner).await;
        let code = invitation(&app, &grace).await;
        let logins: Vec<_> = (0..32)
            .map(|number| {
                let password = format!("{PASSWORD}-{number}");
                let body = json!({ "invite": code, "register": true });
                let call = login(&app, "grace@example.com", &password, body);
                tokio::spawn(async move { (password, call.await) })
            })
            .collect();
        let mut accepted = Vec::new();
        for login in logins {
            let (password, reply) = login.await.unwrap();
            if reply.status == 200 {
                accepted.push(password);
            } else {
                reply.expect_problem(410, "code_used");
            }
        }
        let [password] = &accepted[..] else {
            panic!("{} were accepted", accepted.len())
        };
        let reply = app.post("/user/login").basic("grace@example.com", password);
        reply.await.expect_status(200);
        let user = app.user(&grace).await.unwrap();
        assert_eq!(user.tokens.len(), 3, "hers, the accepted one, and the last");
        let account = app.roster.repository.account_get(user.account);
        assert_eq!(account.await.unwrap().unwrap().active_owners, 2);
    }
}

mod verification {
    use super::*;

    async fn is_verified(app: &App, person: &Person) -> bool {
        app.user(person).await.unwrap().email_verified
    }

    #[tokio::test]
    async fn a_right_password_with_the_code_verifies_the_address_and_logs_in() {
        let app = App::start().await;
        let ada = app.owner("ada").await;
        let code = verification(&app, &ada).await;
        let logged_in = confirm(&app, &ada, &code).await.expect_status(200).json();
        let token = logged_in["token"]["token"].as_str().unwrap();
        let shown = app.get("/rest/users/ada").bearer(token).await;
        assert_eq!(shown.json()["content"]["status"], "verified");
        confirm(&app, &ada, &code)
            .await
            .expect_problem(410, "code_used");
        // `register` means nothing to who has a password.
        let ida = app.owner("ida").await;
        let code = verification(&app, &ida).await;
        accept(&app, &ida, &code).await.expect_status(200);
        assert!(is_verified(&app, &ida).await);
    }

    #[tokio::test]
    async fn a_wrong_password_verifies_nothing_and_counts() {
        let app = App::start().await;
        let ada = app.owner("ada").await;
        let code = verification(&app, &ada).await;
        let body = json!({ "invite": code });
        for _ in 0..10 {
            let reply = login(&app, "ada@example.com", WRONG, body.clone()).await;
            reply.expect_problem(401, "auth_required");
        }
        let locked = confirm(&app, &ada, &code).await;
        let locked = locked.expect_problem(429, "too_many_failures");
        assert_eq!(locked.header("retry-after"), "60");
        assert!(!is_verified(&app, &ada).await);
        app.advance(Duration::from_secs(60));
        confirm(&app, &ada, &code).await.expect_status(200);
        let user = app.user(&ada).await.unwrap();
        assert_eq!((user.failed_logins, user.locked_until), (0, None));
    }

    #[tokio::test]
    async fn a_code_that_went_to_one_address_verifies_no_other() {
        let app = App::start().await;
        let ada = app.owner("ada").await;
        let first = verification(&app, &ada).await;
        let change = |email: &str| {
            let call = app.put("/v2/user").api_token(&ada.token);
            call.json(json!({ "email1": email }))
        };
        let at = |email: &str| Person {
            email: email.into(),
            ..ada.clone()
        };
        change("lovelace@example.com").await.expect_status(200);
        let lovelace = at("lovelace@example.com");
        let second = verification(&app, &lovelace).await;
        confirm(&app, &lovelace, &first)
            .await
            .expect_problem(410, "code_used");
        confirm(&app, &ada, &first)
            .await
            .expect_problem(400, "invalid_value");
        // Back to the first address: what was mailed there is still the older code.
        change("ada@example.com").await.expect_status(200);
        for code in [&first, &second] {
            confirm(&app, &ada, code)
                .await
                .expect_problem(410, "code_used");
        }
        assert!(!is_verified(&app, &ada).await);
        // Written in another case it is the same address, and the code stays good.
        let third = verification(&app, &ada).await;
        change("Ada@Example.com").await.expect_status(200);
        confirm(&app, &ada, &third).await.expect_status(200);
        assert!(is_verified(&app, &ada).await);
    }

    #[tokio::test]
    async fn the_oldest_of_ten_tokens_makes_room_and_who_is_deactivated_confirms_nothing() {
        let app = App::start().await;
        let ada = app.owner("ada").await;
        for _ in 0..9 {
            app.advance(Duration::from_secs(60));
            app.login("ada@example.com").await;
        }
        let code = verification(&app, &ada).await;
        confirm(&app, &ada, &code).await.expect_status(200);
        assert_eq!(app.user(&ada).await.unwrap().tokens.len(), 10);
        let oldest = app.get("/v2/user").bearer(&ada.token).await;
        oldest.expect_profile_error(401, "AUTH_REQUIRED");

        let ida = app.owner("ida").await;
        let code = verification(&app, &ida).await;
        let (pk, sk) = (
            format!("ACCOUNT#{}", ida.account),
            format!("USER#{}", ida.id),
        );
        app.store(&pk, &sk, json!({ "deactivated": { "BOOL": true } }));
        confirm(&app, &ida, &code)
            .await
            .expect_problem(401, "auth_required");
        assert!(!is_verified(&app, &ida).await);
    }
}

/// A token shows the same records whatever else is in the body: codes go with a password.
#[tokio::test]
async fn with_a_token_the_code_is_left_alone() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let code = verification(&app, &ada).await;
    let call = app.post("/user/login").bearer(&ada.token);
    let reply = call.json(json!({ "invite": code })).await;
    assert_eq!(reply.expect_status(200).json()["token"], Value::Null);
    confirm(&app, &ada, &code).await.expect_status(200);
}

#[tokio::test]
async fn a_code_costs_two_steps() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    let code = invitation(&app, &grace).await;
    let call = accept(&app, &grace, &code);
    let (reply, asked) = app.asked(async { call.await }).await;
    reply.expect_status(200);
    let mut asked = asked;
    asked.sort();
    // User beside request; then everything beside the account.
    assert_eq!(
        asked,
        ["GetItem", "GetItem", "GetItem", "TransactWriteItems"]
    );
}
