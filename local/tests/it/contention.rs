//! Many requests about one user at once while the store is slow, so that not all of them have the
//! time: each is told the truth, and before its function would be stopped.

use crate::testkit::{Action, Call, PASSWORD, Reply, TestApp, Which, at_once};
use axum::{Router, extract::Request, http::Method};
use roster_domain::Role;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::sync::Barrier;
use tower::ServiceExt;

/// Tokens of logins that a user has; the oldest makes room.
const MAX_TOKENS: usize = 10;

/// An instance of the functions, and how long each of its responses took. It gives them out when it has
/// so many of them: comparing them with the OpenAPI document takes time that the others would need.
fn timed(instance: Router, count: usize) -> (Router, Arc<Mutex<Vec<Duration>>>) {
    let times = Arc::new(Mutex::new(Vec::new()));
    let (noted, all) = (times.clone(), Arc::new(Barrier::new(count)));
    let timed = Router::new().fallback(async move |request: Request| {
        let started = Instant::now();
        let response = instance.oneshot(request).await.unwrap();
        noted.lock().unwrap().push(started.elapsed());
        all.wait().await;
        response
    });
    (timed, times)
}

/// Sends `count` requests at once while each answer of the store comes after a `delay`. Each is done,
/// or is told 503, within `limit`: whether it was done, in their order.
async fn done_in_time(
    app: &TestApp,
    count: usize,
    (delay, limit): (Duration, Duration),
    call: impl Fn(&Router, usize) -> Call,
) -> Vec<Option<Reply>> {
    let (instance, times) = timed(app.instance_with_timeout(limit), count);
    app.proxy.always(Which::Any, Action::Delay(delay));
    let replies = at_once((0..count).map(|number| call(&instance, number))).await;
    app.proxy.clear();
    // What was given up on the way has arrived then.
    tokio::time::sleep(delay * 2).await;
    let times = times.lock().unwrap();
    let slowest = times.iter().max().unwrap();
    assert!(times.len() == count && *slowest < limit, "{times:?}");
    let done = replies.into_iter().map(|reply| {
        if reply.status == 200 {
            return Some(reply);
        }
        let reply = reply.expect_problem(503, "unavailable");
        assert_eq!(reply.header("retry-after"), "1");
        None
    });
    done.collect()
}

/// Each is written on condition of what it has read, so that one of all is done in the time of a call
/// of the store: 20 of 32 at most.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_preferences_at_once_those_that_were_acknowledged_are_there() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.member(&ada, "grace", Role::User).await;
    let times = (Duration::from_millis(150), Duration::from_secs(4));
    let done = done_in_time(&app, 32, times, |instance, number| {
        let preferences = json!({ format!("entry{number}"): number });
        let call = Call::new(instance, Method::POST, "/user/update").bearer(&ada.token);
        call.json(json!({ "id": grace.id, "preferences": preferences }))
    });
    let done = done.await;
    let acknowledged = done.iter().flatten().count();
    assert!((1..=20).contains(&acknowledged), "{acknowledged}");
    let stored = app.user(&grace).await.unwrap().preferences();
    for (number, reply) in done.iter().enumerate() {
        let entry = format!("entry{number}");
        if let Some(reply) = reply {
            assert_eq!(reply.json()["preferences"][&entry], number);
            assert_eq!(stored[&entry], number);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_logins_at_once_the_newest_tokens_that_were_given_work() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let member = app.add(&ada, "grace").with_password().verified();
    let grace = member.without_tokens().await;
    // Hashing sixty passwords takes some of the time.
    let times = (Duration::from_millis(500), Duration::from_secs(12));
    let done = done_in_time(&app, 60, times, |instance, _| {
        Call::new(instance, Method::POST, "/user/login").basic(&grace.email, PASSWORD)
    });
    let done = done.await;
    let given: Vec<_> = done.iter().flatten().collect();
    // Those of unknown outcome may have tokens too.
    let unknown = done.len() - given.len();
    assert!(unknown > 0 && !given.is_empty(), "{} given", given.len());
    let mut working = 0;
    for reply in &given {
        let token = reply.json()["token"]["token"].take();
        let profile = app.get("/v2/user").bearer(token.as_str().unwrap()).await;
        working += usize::from(profile.status == 200);
    }
    let stored = app.user(&grace).await.unwrap().tokens();
    assert!(working <= stored && stored <= MAX_TOKENS, "{stored} stored");
    // Only one that came after it may have taken a token's place.
    let expected = MAX_TOKENS.min(given.len());
    assert!(
        working + unknown >= expected,
        "{working} of {expected} work"
    );
    // The next one is given and works.
    let next = app.login(&grace.email).await;
    app.get("/v2/user")
        .bearer(&next.token)
        .await
        .expect_status(200);
}
