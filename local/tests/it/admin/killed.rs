//! An import that is killed, and run again.

use super::{jsonl, shown};
use crate::testkit::{Random, TestApp, run_admin};
use serde_json::{Value, json};
use std::time::Duration;

const USERS: usize = 2000;

/// `roster-admin` in a process of its own, which can be killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is what another test starts"]
async fn program() {
    run_admin().await;
}

/// How many users there are, and how many of the rows that each of them has.
fn count(app: &TestApp) -> [usize; 4] {
    let keys: Vec<(String, String)> = app.items().into_keys().collect();
    let count = |is: &dyn Fn(&str, &str) -> bool| keys.iter().filter(|(pk, sk)| is(pk, sk)).count();
    [
        count(&|_, sk| sk.starts_with("USER#")),
        count(&|pk, sk| pk.starts_with("ACCOUNT#") && sk.starts_with("EMAIL#")),
        count(&|pk, _| pk.starts_with("EMAIL#")),
        count(&|pk, _| pk.starts_with("USERNAME#")),
    ]
}

/// How many users there are, each with all rows. A transaction that had been sent may just be written.
async fn settled(app: &TestApp) -> usize {
    for _ in 0..50 {
        let [users, others @ ..] = count(app);
        if others == [users; 3] {
            return users;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("somebody is there by half: {:?}", count(app));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_and_run_again_has_everybody_once() {
    let app = TestApp::start().await;
    let hash = bcrypt::hash("password", 4).unwrap();
    let user = |number: usize| {
        json!({
            "account": format!("account {}", number % 7),
            "email": format!("user-{number}@example.com"),
            "username": format!("user-{number}"),
            "password_hash": hash,
        })
    };
    let file = jsonl(&(0..USERS).map(user).collect::<Vec<Value>>());
    let mut random = Random::new(14);
    let mut interrupted = Vec::new();
    for kill in 0..5 {
        let mut process = app.start_admin(&["import", shown(&file)]);
        // The first ones are killed by what they have done, so that a slow machine interrupts them too.
        let enough = USERS / 8 * (kill + 1) + random.below(200) as usize;
        let finished = loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if process.try_wait().unwrap().is_some() {
                break true;
            }
            if count(&app)[0] >= enough {
                break false;
            }
        };
        process.kill().unwrap();
        process.wait().unwrap();
        let users = settled(&app).await;
        if !finished {
            interrupted.push(users);
        }
    }
    assert!(
        interrupted.iter().filter(|users| **users < USERS).count() >= 3,
        "{interrupted:?}"
    );
    let ran = app
        .admin(&["import", shown(&file)])
        .await
        .expect_done()
        .json();
    assert_eq!(count(&app), [USERS; 4]);
    let number = |name: &str| ran[name].as_u64().unwrap() as usize;
    assert_eq!(number("imported") + number("alreadyThere"), USERS);
    let login = app.post("/user/login").basic("user-1999", "password");
    login.await.expect_status(200);
}
