//! `DELETE /auth/tokens`, `DELETE /auth/users/{id}/tokens`

use crate::testkit::{Call, Edit, PASSWORD, Person, TestApp};
use roster_domain::Role;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::task::JoinSet;

fn revoke_own(app: &TestApp, caller: &Person) -> Call {
    app.call("DELETE", "/auth/tokens").bearer(&caller.token)
}

fn revoke_all_of(app: &TestApp, caller: &Person, user: &Person) -> Call {
    let path = format!("/auth/users/{}/tokens", user.id);
    app.call("DELETE", &path).bearer(&caller.token)
}

async fn works(app: &TestApp, person: &Person) -> bool {
    let reply = app.get("/v2/user").bearer(&person.token).await;
    assert!([200, 401].contains(&reply.status), "{reply:?}");
    reply.status == 200
}

#[tokio::test]
async fn all_of_ones_own_stop_but_the_one_that_is_presented() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let others = [
        app.with_another_token(&ada).await,
        app.with_another_token(&ada).await,
        app.with_named_token(&ada, "report").await,
    ];
    for _ in 0..2 {
        let reply = revoke_own(&app, &ada).await.expect_status(204);
        assert_eq!(reply.text, "");
        assert!(works(&app, &ada).await);
        for other in &others {
            assert!(!works(&app, other).await);
        }
    }
    let tokens = app.get("/auth/tokens").bearer(&ada.token).await.json();
    assert_eq!(tokens.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_named_token_revokes_no_others() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let named = app.with_named_token(&ada, "report").await;
    for call in [revoke_own(&app, &named), revoke_all_of(&app, &named, &alan)] {
        call.await.expect_problem(403, "forbidden");
    }
    for person in [&ada, &named, &alan] {
        assert!(works(&app, person).await);
    }
}

#[tokio::test]
async fn an_admin_stops_all_tokens_of_a_user() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let alan = app.add(&ada, "alan").with_password().await;
    let others = [
        app.with_another_token(&alan).await,
        app.with_named_token(&alan, "report").await,
    ];
    revoke_all_of(&app, &grace, &alan).await.expect_status(204);
    for person in [&alan, &others[0], &others[1]] {
        assert!(!works(&app, person).await);
    }
    // The user is who they were, and logs in again.
    let alan = app.login("alan@example.com").await;
    assert!(works(&app, &alan).await);
    // Of oneself, all of them.
    revoke_all_of(&app, &grace, &grace).await.expect_status(204);
    assert!(!works(&app, &grace).await);
}

/// Also where there was nothing to revoke when the user was read.
#[tokio::test]
async fn a_login_that_came_in_meanwhile_is_ended() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.add(&ada, "alan").without_tokens().await;
    let joan = app.member(&ada, "joan", Role::User).await;
    for (call, user, left) in [
        (revoke_all_of(&app, &ada, &alan), &alan, 0),
        (revoke_all_of(&app, &ada, &joan), &joan, 0),
    ] {
        let log_in = || app.edit(user, Edit::LoggedIn(&ada));
        let reply = app.between_reads_and_writes(call, log_in).await;
        reply.expect_status(204);
        assert_eq!(app.user(user).await.unwrap().tokens(), left);
    }
    let joan = app.add(&ada, "joan2").await;
    let call = revoke_own(&app, &joan);
    let log_in = || app.edit(&joan, Edit::LoggedIn(&ada));
    let reply = app.between_reads_and_writes(call, log_in).await;
    reply.expect_status(204);
    assert!(works(&app, &joan).await);
    assert_eq!(app.user(&joan).await.unwrap().tokens(), 1);
}

/// A login whose password was verified before the tokens were revoked, and which writes after that,
/// begins its write anew: it counts as one that came later.
#[tokio::test]
async fn a_login_that_is_written_later_lasts() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.add(&ada, "alan").with_password().await;
    let login = app.post("/user/login").basic("alan@example.com", PASSWORD);
    let calls = vec![login, revoke_all_of(&app, &ada, &alan)];
    for reply in app.race(calls).await {
        assert!(reply.status < 300, "{reply:?}");
    }
    assert!(!works(&app, &alan).await);
    let left = app.user(&alan).await.unwrap().tokens();
    assert!(left <= 1, "{left}");
}

/// As many requests with the old tokens as there are places for them are under way all the time.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_token_stops_at_once_with_64_requests_in_flight() {
    const IN_FLIGHT: usize = 64;
    let app = Arc::new(TestApp::start().await);
    let ada = app.account("ada").await;
    for by_admin in [false, true] {
        let alan = app
            .add(&ada, &format!("alan{by_admin}"))
            .with_password()
            .await;
        let mut old = vec![app.with_named_token(&alan, "report").await];
        for _ in 0..4 {
            old.push(app.with_another_token(&alan).await);
        }
        let revoked = Arc::new(AtomicBool::new(false));
        let mut running = JoinSet::new();
        for number in 0..IN_FLIGHT {
            let (app, revoked) = (app.clone(), revoked.clone());
            let person = old[number % old.len()].clone();
            running.spawn(async move {
                let mut seen = [0, 0];
                loop {
                    // Sent after the answer that they are revoked: none works any more.
                    let is_late = revoked.load(SeqCst);
                    let works = works(&app, &person).await;
                    assert!(!(is_late && works), "a revoked token works");
                    seen[usize::from(works)] += 1;
                    if is_late {
                        return seen;
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        let call = match by_admin {
            true => revoke_all_of(&app, &ada, &alan),
            false => revoke_own(&app, &alan),
        };
        call.await.expect_status(204);
        revoked.store(true, SeqCst);
        let seen = running.join_all().await;
        assert!(seen.iter().any(|[_, worked]| *worked > 0));
        assert!(seen.iter().all(|[refused, _]| *refused > 0));
        assert_eq!(works(&app, &alan).await, !by_admin);
        // Who logs in from now on is in.
        let again = app.login(&alan.email).await;
        assert!(works(&app, &again).await);
    }
}
