//! All three functions between a store and an AWS that fail in every way: nothing is dropped.

use super::usage::{millionths, report};
use crate::testkit::{
    Action, Edit, FakeAws, Faults, Gate, Person, Proxy, Published, Random, TestApp, account_key,
    code_in, user_key,
};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

const PEOPLE: usize = 30;
const REPORTS: usize = 300;

fn published(aws: &FakeAws) -> Published {
    let mut published = Published::default();
    for event in aws.events() {
        published.take(&event["detail"]);
    }
    published
}

/// What the stream comes to when nothing fails.
async fn expected_events(app: &TestApp) -> Published {
    let aws = FakeAws::default();
    let workers = app.workers_with_aws(&aws.serve().await);
    let batch = json!({ "Records": app.stream_records() });
    workers.failures_of("publish-events", batch).await;
    published(&aws)
}

#[track_caller]
fn expect_all_in_order(aws: &FakeAws, expected: &Published) {
    published(aws).expect_all_in_order(expected);
}

/// Invited people, who are changed three times each.
async fn changed_people(app: &TestApp, count: usize) -> Vec<Person> {
    let ada = app.account("ada").await;
    let mut people = Vec::new();
    for number in 0..count {
        people.push(
            app.invited(&ada, &format!("user{number}"), Role::User)
                .await,
        );
    }
    for change in 0..3 {
        for person in &people {
            app.rename(person, &format!("alias {change}")).await;
        }
    }
    people
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_every_mail_event_and_report_is_handled() {
    let app = TestApp::start().await;
    let people = changed_people(&app, PEOPLE).await;
    let expected = expected_events(&app).await;
    let aws = FakeAws::default();
    let store = Proxy::before(&app.store_endpoint()).await;
    let services = Proxy::before(&aws.serve().await).await;
    // Later than the workers wait for the store, and for the services.
    let late = [1800, 3300].map(|late| Faults::new(5, 50, Duration::from_millis(late)));
    late[0].at(&store, 1);
    late[1].at(&services, 2);
    let workers = app.deployed_workers(&store.endpoint(), &services.endpoint());
    let mut background = app.background_workers_of(aws.clone(), Some(workers)).await;
    let mut random = Random::new(3);
    let mut sums: BTreeMap<&str, (i64, i128)> = BTreeMap::new();
    for number in 0..REPORTS {
        let person = random.pick(&people);
        let (records, usage) = (random.below(2000) as i64 - 500, random.below(3_000_000));
        let sum = sums.entry(&person.id).or_default();
        *sum = (sum.0 + records, sum.1 + i128::from(usage));
        let usage = format!("{}.{:06}", usage / 1_000_000, usage % 1_000_000);
        let report = report(
            person,
            &format!("report-{number}"),
            records,
            records,
            &usage,
        );
        // Whoever reports is not told either, now and then, and does so again.
        for _ in 0..1 + random.below(2) {
            aws.report(report.clone());
        }
    }
    background.run_until_all_is_counted().await;
    // What is late by now arrives.
    tokio::time::sleep(Duration::from_millis(3400)).await;

    let failed: usize = late.iter().map(Faults::failed).sum();
    assert!(failed > 100, "{failed} faults");
    assert_eq!(aws.dead_letters(), [""; 0]);
    expect_all_in_order(&aws, &expected);
    for person in &people {
        let challenge = app
            .challenge(CodePurpose::Invitation, person)
            .await
            .unwrap();
        let mails = aws.mails_to(&person.email);
        let codes: BTreeSet<_> = mails.iter().map(|mail| code_in(mail).unwrap()).collect();
        let works = |code: &&&str| challenge.check(code, app.now()).is_ok();
        assert_eq!(codes.iter().filter(works).count(), 1, "{}", person.email);
    }
    let items = app.items();
    for (id, (records, usage)) in sums {
        let item = &items[&(account_key(&people[0].account), user_key(id))];
        let storage = &item["storage"]["M"];
        for name in ["records", "bytes"] {
            assert_eq!(
                storage[name]["N"],
                records.to_string().as_str(),
                "{name} of {id}"
            );
        }
        assert_eq!(
            millionths(item["usage"]["N"].as_str().unwrap()),
            usage,
            "{id}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_answer_is_lost_or_late_is_published_again_under_its_id() {
    let app = TestApp::start().await;
    changed_people(&app, 3).await;
    let expected = expected_events(&app).await;
    let batch = json!({ "Records": app.stream_records() });
    let busy = || Action::refuse(400, "ThrottlingException");
    for actions in [
        vec![Action::LoseAnswer],
        vec![Action::Truncate, Action::LoseAnswer],
        vec![Action::LoseAnswer, busy(), Action::BadGateway],
        vec![
            Action::Pass,
            Action::LoseAnswer,
            busy(),
            Action::internal_error(),
            busy(),
        ],
    ] {
        let aws = FakeAws::default();
        let proxy = Proxy::before(&aws.serve().await).await;
        proxy.script("PutEvents", actions);
        let workers = app.workers_with_aws(&proxy.endpoint());
        let failures = workers.failures_of("publish-events", batch.clone()).await;
        proxy.expect_scripts_done();
        assert_eq!(failures, [""; 0]);
        expect_all_in_order(&aws, &expected);
        assert!(aws.events().len() > expected.count(), "some came twice");
    }
    // Killed; what was on its way arrives after all that another delivery has published.
    let aws = FakeAws::default();
    let proxy = Proxy::before(&aws.serve().await).await;
    let gate = Gate::new();
    proxy.script("PutEvents", [Action::Pass, Action::HoldUntil(gate.clone())]);
    let workers = app.workers_with_aws(&proxy.endpoint());
    let (killed, first) = (workers.clone(), batch.clone());
    let killed = tokio::spawn(async move { killed.failures_of("publish-events", first).await });
    gate.reached().await;
    killed.abort();
    assert_eq!(workers.failures_of("publish-events", batch).await, [""; 0]);
    gate.open();
    proxy.released().await;
    expect_all_in_order(&aws, &expected);
}

/// All that was not taken comes again, and nothing else does.
#[tokio::test(flavor = "multi_thread")]
async fn while_event_bridge_is_away_what_is_left_comes_again() {
    let app = TestApp::start().await;
    changed_people(&app, 3).await;
    let expected = expected_events(&app).await;
    let records = app.stream_records();
    let batch = json!({ "Records": records });
    let aws = FakeAws::default();
    let proxy = Proxy::before(&aws.serve().await).await;
    let workers = app.workers_with_aws(&proxy.endpoint());
    proxy.hook(|operation, earlier| match (operation, earlier) {
        ("PutEvents", 0) => Action::Pass,
        _ => Action::throttled(),
    });
    let failures = workers.failures_of("publish-events", batch.clone()).await;
    // The first round had the first event of every user.
    let taken = aws.events().len();
    assert_eq!(failures.len(), expected.count() - taken);
    let sequence = |record: &Value| {
        record["dynamodb"]["SequenceNumber"]
            .as_str()
            .map(str::to_owned)
    };
    let known: BTreeSet<_> = records.iter().filter_map(sequence).collect();
    assert!(failures.iter().all(|failure| known.contains(failure)));
    proxy.clear();
    assert_eq!(workers.failures_of("publish-events", batch).await, [""; 0]);
    expect_all_in_order(&aws, &expected);
}

/// A record that nobody can read: its place is kept, or it comes again.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_not_lost_either() {
    let app = TestApp::start().await;
    let people = changed_people(&app, 2).await;
    app.edit(&people[0], Edit::UnknownRole);
    app.rename(&people[1], "after it").await;
    let batch = json!({ "Records": app.stream_records() });
    let aws = FakeAws::default();
    let proxy = Proxy::before(&aws.serve().await).await;
    let workers = app.workers_with_aws(&proxy.endpoint());
    proxy.script("SendMessage", vec![Action::BadGateway; 3]);
    let failures = workers.failures_of("publish-events", batch.clone()).await;
    proxy.expect_scripts_done();
    assert_eq!((failures.len(), aws.dead_letters().len()), (1, 0));
    let before = published(&aws);
    proxy.script(
        "SendMessage",
        [Action::LoseAnswer, Action::internal_error()],
    );
    assert_eq!(workers.failures_of("publish-events", batch).await, [""; 0]);
    proxy.expect_scripts_done();
    let letters: BTreeSet<_> = aws.dead_letters().into_iter().collect();
    let [letter] = &Vec::from_iter(letters)[..] else {
        panic!("of two records, or of none")
    };
    let letter: Value = serde_json::from_str(letter).unwrap();
    assert_eq!(letter["sequenceNumber"], failures[0].as_str());
    assert_eq!(published(&aws), before, "those behind it were not held up");
}
