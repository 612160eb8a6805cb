//! Guessing passwords: whatever is tried at once or in a row, by either door, at most ten wrong ones
//! in a row are told to be wrong, and nothing tells the right one among those that are refused.

use crate::support::{App, Call, Fault, PASSWORD, Reply};
use roster_domain::{LoginAttempts, Role};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};

const WRONG: &str = "incorrect-horse-battery-staple";

/// The two APIs that take a password.
const DOORS: [(&str, &str); 2] = [("POST", "/user/login"), ("GET", "/rest/users/ada")];

fn guess(app: &App, door: (&str, &str), name: &str, password: &str) -> Call {
    app.call(door.0, door.1).basic(name, password)
}

/// Sends all of them at once.
async fn at_once(calls: Vec<Call>) -> Vec<Reply> {
    let calls: Vec<_> = calls
        .into_iter()
        .map(|call| tokio::spawn(call.into_future()))
        .collect();
    let mut replies = Vec::new();
    for call in calls {
        replies.push(call.await.unwrap());
    }
    replies
}

/// All that a refusal tells, but the request's id.
fn told(reply: &Reply) -> (u16, String, String) {
    let mut headers: BTreeMap<_, _> = reply
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    headers.remove("x-request-id");
    (reply.status, format!("{headers:?}"), reply.text.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_burst_ten_are_told_and_the_rest_get_one_answer() {
    for (door, name) in DOORS.into_iter().zip(["ada", "ada@example.com"]) {
        for (wrong, right) in [(12, 0), (12, 1), (22, 1), (40, 3), (100, 2)] {
            burst(door, name, wrong, right).await;
        }
    }
    for (door, name) in DOORS.into_iter().zip(["nobody@example.com", "nobody"]) {
        burst(door, name, 22, 1).await;
    }
}

/// The right ones are in the middle of the burst.
async fn burst(door: (&str, &str), name: &str, wrong: usize, right: usize) {
    let what = format!("{door:?} {name}: {wrong} wrong, {right} right");
    let app = App::start().await;
    app.owner("ada").await;
    let passwords = (0..wrong + right).map(|at| {
        let middle = wrong / 2..wrong / 2 + right;
        if middle.contains(&at) {
            PASSWORD
        } else {
            WRONG
        }
    });
    let calls = passwords.map(|password| guess(&app, door, name, password));
    let replies = at_once(calls.collect()).await;
    let count = |status| {
        replies
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    let known = name.starts_with("ada");
    let let_in = count(200);
    assert!(let_in <= if known { right } else { 0 }, "{what}");
    // A right one that was looked at in time starts the count anew.
    assert!(count(401) <= 10 * (1 + let_in), "{what}: {}", count(401));
    if let_in == 0 {
        assert_eq!(count(401), 10, "{what}");
    }
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert_eq!(refused.len() + count(401) + let_in, wrong + right, "{what}");
    for reply in &refused {
        assert_eq!(told(reply), told(refused[0]), "{what}");
        assert_eq!(reply.header("retry-after"), "60", "{what}");
    }
    // Nobody's lock has grown by it: it is what ten in a row bring.
    if let_in == 0 {
        assert_eq!(app.attempts(name).await.failures.len(), 10, "{what}");
        app.advance(Duration::from_secs(60));
        let expected = if known { 200 } else { 401 };
        let reply = guess(&app, door, name, PASSWORD).await;
        assert_eq!(reply.status, expected, "{what}");
    }
}

/// What was verified before the tenth wrong one was counted does not count after it.
#[tokio::test]
async fn a_right_password_that_is_too_late_is_refused_like_a_wrong_one() {
    let app = App::start().await;
    app.owner("ada").await;
    for door in DOORS {
        let mut answers = Vec::new();
        for password in [PASSWORD, WRONG] {
            let lock = || app.lock("ada", 10);
            let call = guess(&app, door, "ada", password);
            let (reply, asked) = app.asked(app.between_reads_and_writes(call, lock)).await;
            assert_eq!(asked, ["BatchGetItem", "BatchGetItem", "UpdateItem"]);
            answers.push(told(&reply.expect_status(429)));
            assert_eq!(app.attempts("ada").await.failures.len(), 10);
            app.advance(Duration::from_secs(60));
            app.login("ada").await;
        }
        assert_eq!(answers[0], answers[1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_right_ones_at_once_are_all_let_in() {
    let app = App::start().await;
    app.owner("ada").await;
    let calls = (0..64).map(|_| guess(&app, DOORS[1], "ada", PASSWORD));
    for reply in at_once(calls.collect()).await {
        reply.expect_status(200);
    }
}

/// Through fifteen failures, with waits in between: statuses, waits, and what the store is asked.
#[tokio::test]
async fn an_unknown_name_is_locked_like_a_known_one_and_does_the_same_work() {
    for door in DOORS {
        let mut seen = Vec::new();
        for name in ["ada", "ada@example.com", "nobody", "nobody@example.com"] {
            let app = App::start().await;
            app.owner("ada").await;
            let mut of_name = Vec::new();
            for _ in 0..15 {
                let (reply, asked) = app
                    .asked(guess(&app, door, name, WRONG).into_future())
                    .await;
                of_name.push((reply.status, String::new(), asked));
                let (reply, asked) = app
                    .asked(guess(&app, door, name, WRONG).into_future())
                    .await;
                let wait = reply.header("retry-after").to_owned();
                of_name.push((reply.status, wait.clone(), asked));
                let wait = wait.parse().unwrap_or(0);
                app.advance(Duration::from_secs(wait));
            }
            seen.push(of_name);
        }
        let waits: Vec<_> = seen[0].iter().map(|(_, wait, _)| wait.as_str()).collect();
        let locks = ["60", "120", "240", "480", "960", "1920", "3600", "3600"];
        assert!(locks.iter().all(|lock| waits.contains(lock)), "{waits:?}");
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
    }
}

/// Their right password does what a wrong one does.
#[tokio::test]
async fn whoever_may_not_log_in_costs_the_same_whatever_the_password() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let hash = app.user_item(&ada).unwrap()["password"].clone();
    let hedy = app.deactivated(&ada, "hedy", Role::User).await;
    app.store_user(&hedy.account, &hedy.id, json!({ "password": hash }));
    let closed = app.owner("linus").await;
    let pk = format!("ACCOUNT#{}", closed.account);
    app.store(&pk, "ACCOUNT", json!({ "closed": { "BOOL": true } }));
    for name in ["hedy@example.com", "linus", "nobody"] {
        let mut seen = Vec::new();
        for password in [PASSWORD, WRONG] {
            let call = app.post("/user/login").basic(name, password);
            let (reply, asked) = app.requests(call.into_future()).await;
            let reply = reply.expect_problem(401, "auth_required");
            let kinds: Vec<_> = asked
                .iter()
                .map(|(operation, body)| (operation.clone(), body["UpdateExpression"].clone()))
                .collect();
            seen.push((told(&reply), kinds));
        }
        assert_eq!(seen[0], seen[1], "{name}");
    }
}

#[tokio::test]
async fn one_guess_counts_once_though_its_answer_is_lost() {
    let app = App::start().await;
    app.owner("ada").await;
    for count in 1..=9 {
        app.fault(Fault::LostAnswerOf("UpdateItem", 0));
        let reply = guess(&app, DOORS[0], "ada", WRONG).await;
        reply.expect_problem(401, "auth_required");
        assert_eq!(app.attempts("ada").await.failures.len(), count);
    }
    // The tenth locks, and is still told as what it was when it comes again.
    app.fault(Fault::LostAnswerOf("UpdateItem", 0));
    let reply = guess(&app, DOORS[0], "ada", WRONG).await;
    reply.expect_problem(401, "auth_required");
    assert_eq!(app.attempts("ada").await.failures.len(), 10);
    guess(&app, DOORS[0], "ada", PASSWORD)
        .await
        .expect_problem(429, "too_many_failures");
}

#[tokio::test]
async fn a_right_password_and_an_administrator_end_the_count() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    for _ in 0..9 {
        guess(&app, DOORS[0], "ada", WRONG).await.expect_status(401);
    }
    app.login("ada").await;
    assert_eq!(app.attempts("ada").await, LoginAttempts::default());
    let grace = app.member(&ada, "grace", Role::User).await;
    for name in ["grace@example.com"] {
        for _ in 0..10 {
            guess(&app, DOORS[0], name, WRONG).await.expect_status(401);
        }
        guess(&app, DOORS[0], name, WRONG).await.expect_status(429);
        let path = format!("/api/v2/users/{}/activate", grace.id);
        app.post(&path).bearer(&ada.token).await.expect_status(200);
        guess(&app, DOORS[0], name, WRONG).await.expect_status(401);
    }
}

/// Nothing of the name itself is stored, and the row goes by itself.
#[tokio::test]
async fn the_row_holds_a_hash_of_the_name_and_has_a_time_to_live() {
    let app = App::start().await;
    for name in ["Nobody@Example.com", "not a name at all"] {
        let call = app.post("/user/login").basic(name, WRONG);
        call.await.expect_problem(401, "auth_required");
    }
    let items = app.items();
    assert_eq!(items.len(), 2);
    for ((pk, sk), item) in &items {
        assert!(pk.starts_with("ATTEMPTS#") && sk == "ATTEMPTS");
        assert!(item["ttl"]["N"].is_string());
    }
    let dump = format!("{items:?}").to_lowercase();
    assert!(!dump.contains("nobody") && !dump.contains("not a name"));
}
