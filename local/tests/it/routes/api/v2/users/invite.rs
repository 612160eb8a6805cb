//! `POST /api/v2/users`

use crate::testkit::{Edit, Person, Reply, StoredChallenge, StoredUser, TestApp, at_once};
use roster_domain::{CodePurpose, Permissions, Role};
use serde_json::json;
use std::time::Duration;

async fn invite(app: &TestApp, caller: &Person, email: &str) -> Reply {
    let call = app.post("/api/v2/users").bearer(&caller.token);
    call.json(json!({ "email": email })).await
}

/// The user of `colleague`'s account who has an address, and the invitation that they have.
async fn invited_at(
    app: &TestApp,
    colleague: &Person,
    email: &str,
) -> (StoredUser, StoredChallenge) {
    let user = app.user_at(colleague, email).await.unwrap();
    let person = Person {
        id: user.id(),
        ..colleague.clone()
    };
    let challenge = app.challenge(CodePurpose::Invitation, &person).await;
    (user, challenge.unwrap())
}

#[tokio::test]
async fn puts_a_user_who_may_view_metrics_into_the_account_and_asks_for_the_mail() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for path in ["/api/v2/users", "/api/v2/users/"] {
        let email = format!("Katherine+{}@example.com", path.len());
        let call = app.post(path).bearer(&ada.token);
        let reply = call.json(json!({ "email": email })).await;
        let text = r#"{"error":false,"message":"User invited.","statusCode":200}"#;
        assert_eq!(reply.expect_status(200).text, text);
        let (user, challenge) = invited_at(&app, &ada, &email).await;
        assert_eq!(user.account(), ada.account);
        assert_eq!((user.email(), user.role()), (&*email, Role::User));
        assert_eq!(user.permissions(), Permissions::INITIAL);
        assert!(!user.is_active() && user.tokens() == 0 && !user.has_password());
        assert_eq!(challenge.email(), email);
        assert_eq!(challenge.requested(), app.now());
    }
}

#[tokio::test]
async fn an_invited_address_is_invited_afresh_in_any_case() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    invite(&app, &ada, "kat@example.com")
        .await
        .expect_status(200);
    let (before, _) = invited_at(&app, &ada, "kat@example.com").await;
    app.advance(Duration::from_secs(60));
    let again = invite(&app, &ada, "Kat@Example.com").await;
    let text = r#"{"error":false,"message":"User invited.","statusCode":200}"#;
    assert_eq!(again.expect_status(200).text, text);
    let (user, challenge) = invited_at(&app, &ada, "kat@example.com").await;
    assert_eq!(challenge.requested(), app.now());
    assert_eq!(user, before.invited_at(app.now()));
}

/// It would stop the codes that somebody above sent them.
#[tokio::test]
async fn an_invitation_to_a_higher_role_is_not_renewed_from_below() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let managing = Permissions {
        user_management: true,
        ..Permissions::INITIAL
    };
    let alan = app.add(&ada, "alan").permissions(managing).await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    for (role, may) in [
        (Role::User, [true, true, true]),
        (Role::Admin, [false, true, true]),
        (Role::Owner, [false, false, true]),
    ] {
        let invited = app.invited(&ada, role.as_str(), role).await;
        for (caller, may) in [&alan, &grace, &ada].into_iter().zip(may) {
            app.advance(Duration::from_secs(200));
            let before = app.items();
            let reply = invite(&app, caller, &invited.email).await;
            if may {
                reply.expect_status(200);
            } else {
                reply.expect_members_error(403);
                assert!(app.items() == before);
            }
        }
    }
}

#[tokio::test]
async fn an_address_in_use_in_the_account_is_a_conflict_and_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    app.member(&ada, "alan", Role::User).await;
    app.deactivated(&ada, "hedy", Role::User).await;
    app.add(&ada, "mary").invited().deactivated().await;
    let before = app.items();
    let mut texts = Vec::new();
    for name in ["alan", "hedy", "mary", "ADA"] {
        let reply = invite(&app, &ada, &format!("{name}@example.com")).await;
        texts.push(reply.expect_members_error(409).text);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1);
    assert!(app.items() == before);
}

#[tokio::test]
async fn the_same_invitation_sent_many_times_at_once_is_one() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let many = (0..8).map(|_| {
        let call = app.post("/api/v2/users").bearer(&ada.token);
        call.json(json!({ "email": "kat@example.com" }))
    });
    let mut mails = 0;
    for reply in at_once(many).await {
        match reply.status {
            200 => mails += 1,
            _ => assert_eq!(reply.expect_members_error(429).header("retry-after"), "600"),
        }
    }
    assert_eq!(mails, 3, "in ten minutes");
    let users = app
        .items()
        .keys()
        .filter(|(_, sk)| sk.starts_with("USER#"))
        .count();
    assert_eq!(users, 2);
}

/// No user with the address has joined, so it is never in use.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_meets_a_removal_invites_anew() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for round in 0..10 {
        app.advance(Duration::from_secs(24 * 60 * 60));
        let kat = app.invited(&ada, &format!("kat{round}"), Role::User).await;
        let post = |path: &str, body| app.post(path).bearer(&ada.token).json(body);
        let remove = post("/user/remove", json!({ "id": kat.id }));
        let calls = [(); 2].map(|()| post("/api/v2/users", json!({ "email": kat.email })));
        let remove = tokio::spawn(async move { remove.await });
        let invitations = calls.map(|call| tokio::spawn(async move { call.await }));
        remove.await.unwrap().expect_status(204);
        for invitation in invitations {
            invitation.await.unwrap().expect_status(200);
        }
    }
}

#[tokio::test]
async fn an_invalid_address_is_refused() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let post = || app.post("/api/v2/users").bearer(&ada.token);
    for (reply, message) in [
        (post().await, "email is required"),
        (post().json(json!({})).await, "email is required"),
        (
            post().json(json!({ "email": null })).await,
            "email must be a string",
        ),
        (
            post().json(json!({ "email": 1 })).await,
            "email must be a string",
        ),
        (
            post().json(json!({ "email": "kat" })).await,
            "email must be an email address such as ada@example.com, of at most 254 ASCII \
             characters",
        ),
    ] {
        let reply = reply.expect_members_error(400);
        assert_eq!(reply.json()["message"], message);
    }
}

#[tokio::test]
async fn a_new_address_of_the_invited_person_frees_the_old_one() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let barbara = app.invited(&ada, "barbara", Role::User).await;
    app.readdress(&barbara, "liskov@example.com").await;
    invite(&app, &ada, "barbara@example.com")
        .await
        .expect_status(200);
    let (other, _) = invited_at(&app, &ada, "barbara@example.com").await;
    assert_ne!(other.id(), barbara.id);
}

/// Until they have joined: from then on it is theirs to choose.
#[tokio::test]
async fn an_invitation_may_name_the_language_and_a_fresh_one_another() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let invite_in = async |locale: Option<&str>| {
        let mut body = json!({ "email": "kat@example.com" });
        if let Some(locale) = locale {
            body["locale"] = json!(locale);
        }
        let call = app.post("/api/v2/users").bearer(&ada.token).json(body);
        app.advance(Duration::from_secs(600));
        call.await
    };
    for (locale, language) in [
        (None, None),
        (Some("fr"), Some("fr")),
        (None, Some("fr")),
        (Some("da"), Some("da")),
    ] {
        invite_in(locale).await.expect_status(200);
        let (user, _) = invited_at(&app, &ada, "kat@example.com").await;
        assert_eq!(user.language(), language);
    }
    let (user, _) = invited_at(&app, &ada, "kat@example.com").await;
    let kat = Person {
        id: user.id(),
        ..ada.clone()
    };
    app.edit(&kat, Edit::Joined);
    let before = app.items();
    invite_in(Some("de")).await.expect_members_error(409);
    assert!(app.items() == before);
    for locale in ["tlh", ""] {
        let refused = invite_in(Some(locale)).await.expect_members_error(400);
        let message = refused.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("locale"), "{message}");
    }
}
