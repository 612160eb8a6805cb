//! Guessing passwords: whatever is tried at once or in a row, at either API, at most ten wrong ones
//! in a row are told to be wrong, and nothing tells the right one among those that are refused.

use crate::testkit::{AccountEdit, Action, Call, Edit, PASSWORD, Reply, TestApp, at_once};
use roster_domain::Role;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};

const WRONG: &str = "incorrect-horse-battery-staple";

/// Method and path of a login.
type Login = (&'static str, &'static str);

/// The two APIs that take a password.
const LOGINS: [Login; 2] = [("POST", "/user/login"), ("GET", "/rest/users/ada")];

fn guess(app: &TestApp, login: Login, name: &str, password: &str) -> Call {
    app.call(login.0, login.1).basic(name, password)
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
async fn of_a_burst_ten_guesses_are_told_and_the_rest_get_one_answer() {
    for (login, name) in LOGINS.into_iter().zip(["ada", "ada@example.com"]) {
        for (wrong, right) in [(12, 0), (12, 1), (22, 1), (40, 3), (100, 2)] {
            burst(login, name, wrong, right).await;
        }
    }
    for (login, name) in LOGINS.into_iter().zip(["nobody@example.com", "nobody"]) {
        burst(login, name, 22, 1).await;
    }
}

/// The right ones are in the middle of the burst.
async fn burst(login: Login, name: &str, wrong: usize, right: usize) {
    let what = format!("{login:?} {name}: {wrong} wrong, {right} right");
    let app = TestApp::start().await;
    app.owner("ada").await;
    let passwords = (0..wrong + right).map(|at| {
        let middle = wrong / 2..wrong / 2 + right;
        if middle.contains(&at) {
            PASSWORD
        } else {
            WRONG
        }
    });
    let calls = passwords.map(|password| guess(&app, login, name, password));
    let replies = at_once(calls).await;
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
        assert_eq!(app.failures(name).await, 10, "{what}");
        app.advance(Duration::from_secs(60));
        let expected = if known { 200 } else { 401 };
        let reply = guess(&app, login, name, PASSWORD).await;
        assert_eq!(reply.status, expected, "{what}");
    }
}

/// What was verified before the tenth wrong one was counted does not count after it.
#[tokio::test]
async fn a_right_password_that_is_too_late_is_refused_like_a_wrong_one() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    for login in LOGINS {
        let mut answers = Vec::new();
        for password in [PASSWORD, WRONG] {
            let lock = || app.lock("ada", 10);
            let call = guess(&app, login, "ada", password);
            let (reply, asked) = app
                .operations(app.between_reads_and_writes(call, lock))
                .await;
            assert_eq!(asked, ["BatchGetItem", "BatchGetItem", "UpdateItem"]);
            answers.push(told(&reply.expect_status(429)));
            assert_eq!(app.failures("ada").await, 10);
            app.advance(Duration::from_secs(60));
            app.login("ada").await;
        }
        assert_eq!(answers[0], answers[1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_right_passwords_at_once_are_all_let_in() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let calls = (0..64).map(|_| guess(&app, LOGINS[1], "ada", PASSWORD));
    for reply in at_once(calls).await {
        reply.expect_status(200);
    }
}

/// Through fifteen failures, with waits in between: statuses, waits, and what the store is asked.
#[tokio::test]
async fn an_unknown_name_is_locked_like_a_known_one_and_does_the_same_work() {
    for login in LOGINS {
        let mut seen = Vec::new();
        for name in ["ada", "ada@example.com", "nobody", "nobody@example.com"] {
            let app = TestApp::start().await;
            app.owner("ada").await;
            let mut of_name = Vec::new();
            for _ in 0..15 {
                let (reply, asked) = app.operations(guess(&app, login, name, WRONG)).await;
                of_name.push((reply.status, String::new(), asked));
                let (reply, asked) = app.operations(guess(&app, login, name, WRONG)).await;
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
async fn a_user_who_may_not_log_in_costs_the_same_whatever_the_password() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let hedy = app.deactivated(&ada, "hedy", Role::User).await;
    app.edit(&hedy, Edit::PasswordOf(&ada));
    let closed = app.owner("linus").await;
    app.edit_account(&closed, AccountEdit::Closed);
    for name in ["hedy@example.com", "linus", "nobody"] {
        let mut seen = Vec::new();
        for password in [PASSWORD, WRONG] {
            let call = app.post("/user/login").basic(name, password);
            let (reply, asked) = app.requests(call).await;
            let reply = reply.expect_problem(401, "auth_required");
            let kinds: Vec<_> = asked
                .iter()
                .map(|asked| {
                    (
                        asked.operation.clone(),
                        asked.body["UpdateExpression"].clone(),
                    )
                })
                .collect();
            seen.push((told(&reply), kinds));
        }
        assert_eq!(seen[0], seen[1], "{name}");
    }
}

#[tokio::test]
async fn one_guess_counts_once_though_its_answer_is_lost() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    for count in 1..=9 {
        app.proxy.script("UpdateItem", [Action::LoseAnswer]);
        let reply = guess(&app, LOGINS[0], "ada", WRONG).await;
        reply.expect_problem(401, "auth_required");
        app.proxy.expect_scripts_done();
        assert_eq!(app.failures("ada").await, count);
    }
    // The tenth locks, and is still told as what it was when it comes again.
    app.proxy.script("UpdateItem", [Action::LoseAnswer]);
    let reply = guess(&app, LOGINS[0], "ada", WRONG).await;
    reply.expect_problem(401, "auth_required");
    assert_eq!(app.failures("ada").await, 10);
    guess(&app, LOGINS[0], "ada", PASSWORD)
        .await
        .expect_problem(429, "too_many_failures");
}

#[tokio::test]
async fn a_right_password_and_an_administrator_end_the_count() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    for _ in 0..9 {
        guess(&app, LOGINS[0], "ada", WRONG)
            .await
            .expect_status(401);
    }
    app.login("ada").await;
    assert!(app.has_no_attempts("ada").await);
    let grace = app.member(&ada, "grace", Role::User).await;
    let guess_again = || guess(&app, LOGINS[0], "grace@example.com", WRONG);
    for _ in 0..10 {
        guess_again().await.expect_status(401);
    }
    guess_again().await.expect_status(429);
    let path = format!("/api/v2/users/{}/activate", grace.id);
    app.post(&path).bearer(&ada.token).await.expect_status(200);
    guess_again().await.expect_status(401);
}

/// Nothing of the name itself is stored, and the row goes by itself.
#[tokio::test]
async fn the_row_holds_a_hash_of_the_name_and_has_a_time_to_live() {
    let app = TestApp::start().await;
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

/// An address may be in an account without being a login of it: whoever manages there ends nobody
/// else's lock.
#[tokio::test]
async fn an_administrator_unlocks_only_logins_of_their_own_account() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let eve = app.owner("eve").await;
    let create = app.post("/user/create").bearer(&eve.token);
    let body = json!({ "email": "ada@example.com", "role": "user" });
    let puppet = create.json(body).await.expect_status(200).json()["id"].clone();
    for _ in 0..10 {
        let call = guess(&app, LOGINS[0], "ada@example.com", WRONG);
        call.await.expect_status(401);
    }
    for to in ["activate", "deactivate", "activate"] {
        let path = format!("/api/v2/users/{}/{to}", puppet.as_str().unwrap());
        app.post(&path).bearer(&eve.token).await.expect_status(200);
    }
    let call = guess(&app, LOGINS[0], "ada@example.com", WRONG);
    call.await.expect_status(429);
}

/// A guess that is late does not bring back what a right password has cleared.
#[tokio::test]
async fn one_wrong_guess_after_a_right_one_is_the_first() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    app.lock("ada", 16);
    app.advance(Duration::from_secs(3600));
    let clear = || app.lock("ada", 0);
    let call = guess(&app, LOGINS[0], "ada", WRONG);
    let reply = app.between_reads_and_writes(call, clear).await;
    reply.expect_problem(401, "auth_required");
    assert_eq!(app.failures("ada").await, 1);
    app.login("ada").await;
}
