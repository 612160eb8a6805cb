//! With the code of an invitation.

use super::*;

#[tokio::test]
async fn an_invited_user_joins_with_the_password_that_they_chose() {
    let app = TestApp::with_sign_up_closed().await;
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
    assert!(user.has_joined() && user.is_verified() && user.has_logged_in());
    assert_eq!(app.active_owners(&ada).await, 2);
    accept(&app, &grace, &code)
        .await
        .expect_problem(410, "code_used");
}

#[tokio::test]
async fn a_code_works_for_seven_days_and_a_newer_one_replaces_it() {
    let app = TestApp::start().await;
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

/// Anybody can try passwords for an address, also for that of a user who has yet to choose one.
#[tokio::test]
async fn a_strangers_guesses_keep_nobody_from_joining() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    let code = invitation(&app, &grace).await;
    for _ in 0..10 {
        login(&app, &grace.email, WRONG, json!({}))
            .await
            .expect_status(401);
    }
    let locked = login(&app, &grace.email, PASSWORD, json!({})).await;
    locked.expect_problem(429, "too_many_failures");
    accept(&app, &grace, &code).await.expect_status(200);
    app.login(&grace.email).await;
}

#[tokio::test]
async fn every_code_that_was_never_mailed_to_the_address_gets_the_same_answer() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    let alan = app.invited(&ada, "alan", Role::User).await;
    let code = invitation(&app, &grace).await;
    let made_up = app.made_up_code(CodePurpose::Invitation, &grace);
    let other = app.made_up_code(CodePurpose::Verification, &grace);
    let unknown = app.unknown(&ada, "nobody");
    let unknown = app.made_up_code(CodePurpose::Invitation, &unknown);
    let mut answers = Vec::new();
    for (person, code) in [
        (&alan, code.as_str()),
        (&ada, &code),
        (&grace, &made_up),
        (&grace, &other),
        (&grace, &unknown),
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
async fn a_code_needs_register_and_a_good_password_and_is_not_used_up_by_trying() {
    let app = TestApp::start().await;
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
async fn a_deactivated_or_removed_user_does_not_join() {
    let app = TestApp::start().await;
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
async fn an_invited_user_with_a_new_address_accepts_the_invitation_sent_there() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    let old = invitation(&app, &grace).await;
    let call = app.post("/user/update").bearer(&ada.token);
    let call = call.json(json!({ "id": grace.id, "email": "hopper@example.com" }));
    call.await.expect_status(200);
    let hopper = grace.at("hopper@example.com");
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
    let app = TestApp::start().await;
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
    assert_eq!(user.tokens(), 3, "hers, the accepted one, and the last");
    assert_eq!(app.active_owners(&ada).await, 2);
}
