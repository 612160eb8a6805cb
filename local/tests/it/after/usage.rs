//! `record-usage`

use crate::support::{App, Verdict, wire};
use roster_domain::{Account, PasswordHash, Role, User};
use roster_dynamodb::{Repository, Timeouts};
use roster_functions::Roster;
use roster_functions::local_config;
use roster_local::{Functions, TABLE};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering::SeqCst},
    time::Duration,
};
use tokio::task::JoinSet;

/// Numbers that are the same on each run (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

/// Users of one account.
async fn users(app: &App, count: usize) -> Vec<User> {
    let now = app.roster.clock.now();
    let account = Account::open("ada@example.com".parse().unwrap(), now);
    let hash = PasswordHash::decoy();
    let owner = User::register(
        account.id,
        "ada@example.com".parse().unwrap(),
        None,
        hash,
        now,
    );
    let repository = &app.roster.repository;
    repository.account_create(&account, &owner).await.unwrap();
    let mut users = vec![owner];
    while users.len() < count {
        let email = format!("user{}@example.com", users.len()).parse().unwrap();
        let user = User::invite(account.id, email, Role::User, now);
        repository.user_create(&user, None, now).await.unwrap();
        users.push(user);
    }
    users
}

fn report(user: &User, event: &str, records: i64, bytes: i64, usage: &str) -> String {
    let (account, user) = (user.account, user.id);
    // By hand: the number is to be written as it is here.
    format!(
        r#"{{"eventId":"{event}","accountId":"{account}","userId":"{user}","records":{records},"bytes":{bytes},"applicationKey":"sensors","usage":{usage}}}"#
    )
}

fn batch(messages: &[(usize, String)]) -> Value {
    let records = messages.iter().map(|(id, body)| {
        json!({ "messageId": id.to_string(), "body": body, "attributes": { "ApproximateReceiveCount": "1" } })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

/// What DynamoDB has as a user's usage, in millionths.
fn millionths(number: &str) -> i128 {
    let (integer, fraction) = number.split_once('.').unwrap_or((number, ""));
    assert!(fraction.len() <= 6, "{number} is not exact");
    format!("{integer}{fraction:0<6}").parse().unwrap()
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    records: i64,
    bytes: i64,
    millionths: i128,
}

/// 10,000 messages in random order, 30 % of them delivered two to five times, to functions that are
/// killed now and then, before and after they have written, and to some that do not reach the store.
#[tokio::test(flavor = "multi_thread")]
async fn sums_are_exact_whatever_comes_twice_and_whatever_fails() {
    const MESSAGES: usize = 10_000;
    let app = App::start().await;
    let users = users(&app, 25).await;
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut expected: HashMap<_, Sum> = HashMap::new();
    let mut deliveries = Vec::new();
    for number in 0..MESSAGES {
        let user = &users[random.below(users.len() as u64) as usize];
        let records = random.below(2000) as i64 - 500;
        let bytes = records * random.below(9000) as i64;
        let usage = random.below(3_000_000) as i64 - 500_000;
        let sum = expected.entry(user.id).or_default();
        sum.records += records;
        sum.bytes += bytes;
        sum.millionths += i128::from(usage);
        let (sign, size) = (if usage < 0 { "-" } else { "" }, usage.abs());
        let usage = format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000);
        let message = report(user, &format!("report-{number}"), records, bytes, &usage);
        let copies = match random.below(10) {
            0..3 => random.below(4) + 2,
            _ => 1,
        };
        for _ in 0..copies {
            deliveries.push((deliveries.len(), message.clone()));
        }
    }
    assert!(deliveries.len() > 15_000);
    random.shuffle(&mut deliveries);

    let nowhere = local_config("http://127.0.0.1:9").unwrap();
    let connect = |store: &str| {
        let roster = Roster {
            repository: Repository::connect_local(store, TABLE.into(), Timeouts::LOCAL).unwrap(),
            ..app.roster.clone()
        };
        Arc::new(Functions::connect(&roster, &nowhere, ""))
    };
    // Nobody listens at port 9: to these the store is away.
    let (functions, cut_off) = (
        connect(&app.store_endpoint()),
        connect("http://127.0.0.1:9"),
    );
    let queue = Arc::new(Mutex::new(VecDeque::from(deliveries)));
    let again = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for worker in 0..16 {
        let (functions, cut_off) = (functions.clone(), cut_off.clone());
        let (queue, again) = (queue.clone(), again.clone());
        workers.spawn(async move {
            let mut random = Random(worker + 1);
            loop {
                let messages: Vec<_> = {
                    let mut queue = queue.lock().unwrap();
                    let size = queue.len().min(10);
                    queue.drain(..size).collect()
                };
                if messages.is_empty() {
                    return;
                }
                let functions = match random.below(20) {
                    0 => &cut_off,
                    _ => &functions,
                };
                let work = functions.invoke("record-usage", batch(&messages));
                // Now and then it is killed, wherever it happens to be.
                let patience = match random.below(20) {
                    0 => Duration::from_millis(random.below(200)),
                    _ => Duration::from_secs(60),
                };
                let failed = match tokio::time::timeout(patience, work).await {
                    Err(_) => messages,
                    Ok(response) => {
                        let response = response.unwrap();
                        let failed = response["batchItemFailures"].as_array().unwrap().clone();
                        let is_failed = |id: usize| {
                            let id = id.to_string();
                            failed.iter().any(|failure| failure["itemIdentifier"] == id)
                        };
                        let messages = messages.into_iter();
                        messages.filter(|(id, _)| is_failed(*id)).collect()
                    }
                };
                again.fetch_add(failed.len(), SeqCst);
                queue.lock().unwrap().extend(failed);
            }
        });
    }
    workers.join_all().await;
    assert!(again.load(SeqCst) > 500, "{again:?}");

    let items = app.items();
    let seen = items.keys().filter(|(pk, _)| pk.starts_with("USAGE#"));
    assert_eq!(seen.count(), MESSAGES);
    for user in &users {
        let key = (
            format!("ACCOUNT#{}", user.account),
            format!("USER#{}", user.id),
        );
        let item = &items[&key];
        let number = |value: &Value| value["N"].as_str().unwrap().parse::<i64>().unwrap();
        let storage = &item["storage"]["M"];
        let sum = Sum {
            records: number(&storage["records"]),
            bytes: number(&storage["bytes"]),
            millionths: millionths(item["usage"]["N"].as_str().unwrap()),
        };
        assert_eq!(sum, expected[&user.id]);
    }
}

#[tokio::test]
async fn a_hundred_tenths_are_ten() {
    let app = App::start().await;
    let users = users(&app, 1).await;
    let after = app.after().await;
    for number in 0..100 {
        let message = report(&users[0], &format!("report-{number}"), 0, 0, "0.1");
        let response = after
            .functions
            .invoke("record-usage", batch(&[(1, message)]));
        assert_eq!(response.await.unwrap()["batchItemFailures"], json!([]));
    }
    let user = &users[0];
    let repository = &app.roster.repository;
    let user = repository.user_get(user.account, user.id).await;
    assert!(user.unwrap().unwrap().usage == 10.0);
}

#[tokio::test]
async fn what_cannot_be_read_comes_again_and_the_others_are_counted() {
    let app = App::start().await;
    let users = users(&app, 1).await;
    let after = app.after().await;
    let good = report(&users[0], "report-1", 1, 10, "0.5");
    let other = good.replace("report-1", "report-2");
    let bad = [
        String::new(),
        "{".into(),
        "[]".into(),
        good.replace("0.5", "\"0.5\""),
        good.replace("0.5", "1e300"),
        good.replace("0.5", "NaN"),
        good.replace("\"records\":1", "\"records\":1.5"),
        good.replace("\"bytes\":10", "\"bytes\":9007199254740993"),
        good.replace("\"bytes\":10", "\"bytes\":-9223372036854775808"),
        good.replace("\"sensors\"", "null"),
        good.replace("report-1", ""),
        good.replace(&users[0].id.to_string(), "ada"),
    ];
    let mut messages = vec![(0, good.clone())];
    messages.extend(bad.into_iter().enumerate().map(|(at, body)| (at + 1, body)));
    messages.push((99, other));
    let response = after
        .functions
        .invoke("record-usage", batch(&messages))
        .await
        .unwrap();
    let failed: Vec<String> = response["batchItemFailures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = (1..=12).map(|id: usize| id.to_string()).collect();
    assert_eq!(failed, expected);
    let repository = &app.roster.repository;
    let user = repository.user_get(users[0].account, users[0].id).await;
    let user = user.unwrap().unwrap();
    assert_eq!((user.storage.records, user.storage.bytes), (2, 20));
    assert!(user.usage == 1.0);
}

#[tokio::test]
async fn while_the_store_is_away_the_rest_of_the_batch_is_left_at_once() {
    let app = App::start().await;
    let users = users(&app, 1).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let hook = move |_: &str| {
        counted.fetch_add(1, SeqCst);
        Verdict::Refuse(400, "ThrottlingException")
    };
    let store = wire(&app.store_endpoint(), hook).await;
    let roster = Roster {
        repository: Repository::connect_local(&store, TABLE.into(), Timeouts::LOCAL).unwrap(),
        ..app.roster.clone()
    };
    let functions = Functions::connect(&roster, &local_config("http://127.0.0.1:9").unwrap(), "");
    let message = |at: usize| (at, report(&users[0], &format!("report-{at}"), 1, 1, "1"));
    let messages: Vec<_> = (0..10).map(message).collect();
    let response = functions
        .invoke("record-usage", batch(&messages))
        .await
        .unwrap();
    assert_eq!(response["batchItemFailures"].as_array().unwrap().len(), 10);
    assert!(
        asked.load(SeqCst) <= 3,
        "the SDK's own retries of one message"
    );
}
