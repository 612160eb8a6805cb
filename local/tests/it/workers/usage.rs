//! `record-usage`

use crate::testkit::{
    Action, NOWHERE, Person, Proxy, Random, TestApp, Which, Workers, account_key, user_key,
};
use roster_domain::Role;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering::SeqCst},
    time::Duration,
};
use tokio::task::JoinSet;

/// People of one account.
async fn people(app: &TestApp, count: usize) -> Vec<Person> {
    let mut people = vec![app.account("ada").await];
    while people.len() < count {
        let name = format!("user{}", people.len());
        people.push(app.member(&people[0], &name, Role::User).await);
    }
    people
}

pub(super) fn report(
    person: &Person,
    event: &str,
    records: i64,
    bytes: i64,
    usage: &str,
) -> String {
    let (account, user) = (&person.account, &person.id);
    // By hand: the number is to be written as it is here.
    format!(
        r#"{{"eventId":"{event}","accountId":"{account}","userId":"{user}","records":{records},"bytes":{bytes},"applicationKey":"sensors","usage":{usage}}}"#
    )
}

pub(super) fn batch(messages: &[(usize, String)]) -> Value {
    let records = messages.iter().map(|(id, body)| {
        json!({ "messageId": id.to_string(), "body": body, "attributes": { "ApproximateReceiveCount": "1" } })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

/// What DynamoDB has as a user's usage, in millionths.
pub(super) fn millionths(number: &str) -> i128 {
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
    let app = TestApp::start().await;
    let people = people(&app, 25).await;
    let (deliveries, expected) = deliveries(&people);
    assert!(deliveries.len() > 15_000);
    let queue = Arc::new(Queue {
        waiting: Mutex::new(deliveries),
        again: AtomicUsize::new(0),
        workers: app.workers(&app.store_endpoint(), NOWHERE),
        cut_off: app.workers(NOWHERE, NOWHERE),
    });
    let mut consumers = JoinSet::new();
    for number in 0..16 {
        consumers.spawn(queue.clone().consume(Random::new(number + 1)));
    }
    consumers.join_all().await;
    let again = queue.again.load(SeqCst);
    assert!(again > 500, "{again}");

    let items = app.items();
    let counted = items.keys().filter(|(pk, _)| pk.starts_with("USAGE#"));
    assert_eq!(counted.count(), MESSAGES);
    for person in &people {
        let key = (account_key(&person.account), user_key(&person.id));
        let item = &items[&key];
        let number = |value: &Value| value["N"].as_str().unwrap().parse::<i64>().unwrap();
        let storage = &item["storage"]["M"];
        let sum = Sum {
            records: number(&storage["records"]),
            bytes: number(&storage["bytes"]),
            millionths: millionths(item["usage"]["N"].as_str().unwrap()),
        };
        assert_eq!(sum, expected[&person.id]);
    }
}

const MESSAGES: usize = 10_000;

/// Messages by their ids.
type Messages = Vec<(usize, String)>;

/// The messages in the order of their delivery, and what they come to for each user.
fn deliveries(people: &[Person]) -> (VecDeque<(usize, String)>, HashMap<String, Sum>) {
    let mut random = Random::new(0);
    let mut expected: HashMap<_, Sum> = HashMap::new();
    let mut deliveries = Vec::new();
    for number in 0..MESSAGES {
        let person = &people[random.below(people.len() as u64) as usize];
        let records = random.below(2000) as i64 - 500;
        let bytes = records * random.below(9000) as i64;
        let usage = random.below(3_000_000) as i64 - 500_000;
        let sum = expected.entry(person.id.clone()).or_default();
        sum.records += records;
        sum.bytes += bytes;
        sum.millionths += i128::from(usage);
        let (sign, size) = (if usage < 0 { "-" } else { "" }, usage.abs());
        let usage = format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000);
        let message = report(person, &format!("report-{number}"), records, bytes, &usage);
        let copies = match random.below(10) {
            0..3 => random.below(4) + 2,
            _ => 1,
        };
        for _ in 0..copies {
            deliveries.push((deliveries.len(), message.clone()));
        }
    }
    random.shuffle(&mut deliveries);
    (deliveries.into(), expected)
}

/// A queue, with the functions that it feeds.
struct Queue {
    waiting: Mutex<VecDeque<(usize, String)>>,
    /// How many messages came again.
    again: AtomicUsize,
    workers: Workers,
    /// To these the store is away.
    cut_off: Workers,
}

impl Queue {
    async fn consume(self: Arc<Self>, mut random: Random) {
        loop {
            let messages = self.take();
            if messages.is_empty() {
                return;
            }
            let workers = match random.below(20) {
                0 => &self.cut_off,
                _ => &self.workers,
            };
            let work = workers.failures_of("record-usage", batch(&messages));
            // Now and then it is killed, wherever it happens to be.
            let limit = match random.below(20) {
                0 => Duration::from_millis(random.below(200)),
                _ => Duration::from_secs(60),
            };
            let failed = match tokio::time::timeout(limit, work).await {
                Err(_) => messages,
                Ok(failed) => {
                    let messages = messages.into_iter();
                    let failed = messages.filter(|(id, _)| failed.contains(&id.to_string()));
                    failed.collect()
                }
            };
            self.again.fetch_add(failed.len(), SeqCst);
            self.waiting.lock().unwrap().extend(failed);
        }
    }

    fn take(&self) -> Messages {
        let mut waiting = self.waiting.lock().unwrap();
        let size = waiting.len().min(10);
        waiting.drain(..size).collect()
    }
}

#[tokio::test]
async fn a_hundred_tenths_are_ten() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let workers = app.background_workers().await.workers;
    for number in 0..100 {
        let message = report(&ada, &format!("report-{number}"), 0, 0, "0.1");
        let failures = workers.failures_of("record-usage", batch(&[(1, message)]));
        assert_eq!(failures.await, [""; 0]);
    }
    assert_eq!(app.user(&ada).await.unwrap().usage(), (0, 0, 10.0));
}

#[tokio::test]
async fn a_report_that_cannot_be_read_comes_again_and_the_others_are_counted() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let workers = app.background_workers().await.workers;
    let good = report(&ada, "report-1", 1, 10, "0.5");
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
        good.replace(&ada.id, "ada"),
    ];
    let mut messages = vec![(0, good.clone())];
    messages.extend(bad.into_iter().enumerate().map(|(at, body)| (at + 1, body)));
    messages.push((99, other));
    let failed = workers.failures_of("record-usage", batch(&messages));
    let expected: Vec<String> = (1..=12).map(|id: usize| id.to_string()).collect();
    assert_eq!(failed.await, expected);
    assert_eq!(app.user(&ada).await.unwrap().usage(), (2, 20, 1.0));
}

#[tokio::test]
async fn while_the_store_is_away_the_rest_of_the_batch_is_left_at_once() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let store = Proxy::before(&app.store_endpoint()).await;
    let throttled = Action::refuse(400, "ThrottlingException");
    store.always(Which::Any, throttled);
    let workers = app.workers(&store.endpoint(), NOWHERE);
    let message = |at: usize| (at, report(&ada, &format!("report-{at}"), 1, 1, "1"));
    let messages: Vec<_> = (0..10).map(message).collect();
    let failures = workers.failures_of("record-usage", batch(&messages));
    assert_eq!(failures.await.len(), 10);
    let requests = store.requests().len();
    assert!(
        (1..=3).contains(&requests),
        "one message's own retries, not {requests}"
    );
}
