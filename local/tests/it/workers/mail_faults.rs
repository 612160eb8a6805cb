//! `send-mail` between a store and an SES whose answers get lost, or that are asked late.

use super::mail::{Recipient, recipient};
use crate::testkit::{Action, FakeAws, Gate, Proxy, TestApp, code_in};
use roster_domain::CodePurpose;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::task::JoinHandle;

/// What a delivery requests: read the challenge and the user, count the mail, store the code's hash,
/// send, note it.
const REQUESTS: usize = 5;
const COUNT: usize = 1;
const SEND: usize = 3;

/// A batch at work in a fresh `send-mail`.
struct Delivery {
    store: Proxy,
    aws: Proxy,
    /// What it says is to come again.
    failures: JoinHandle<Vec<String>>,
}

impl Delivery {
    /// The actions happen to the request of this number and to those that follow it.
    async fn begin(
        app: &TestApp,
        aws: &str,
        batch: &Value,
        number: usize,
        actions: Vec<Action>,
    ) -> Self {
        let store = Proxy::before(&app.store_endpoint()).await;
        let aws = Proxy::before(aws).await;
        let mut script = VecDeque::from(vec![Action::Pass; number]);
        script.extend(actions);
        let script = Arc::new(Mutex::new(script));
        for proxy in [&store, &aws] {
            let script = script.clone();
            proxy.hook(move |_, _| script.lock().unwrap().pop_front().unwrap_or(Action::Pass));
        }
        let (workers, batch) = (
            app.workers(&store.endpoint(), &aws.endpoint()),
            batch.clone(),
        );
        let failures = tokio::spawn(async move { workers.failures_of("send-mail", batch).await });
        Self {
            store,
            aws,
            failures,
        }
    }

    /// Until the request that was held has arrived and is done.
    async fn released(&self) {
        tokio::select! {
            () = self.store.released() => {}
            () = self.aws.released() => {}
        }
    }
}

/// Delivers the batch, and again, until nothing of it is to come again.
async fn deliver_until_done(app: &TestApp, aws: &str, batch: &Value) {
    for _ in 0..5 {
        let delivery = Delivery::begin(app, aws, batch, 0, vec![]).await;
        if delivery.failures.await.unwrap().is_empty() {
            return;
        }
    }
    panic!("it comes again and again");
}

/// The different codes of all mails that work.
async fn working_codes(app: &TestApp, recipient: &Recipient, aws: &FakeAws) -> usize {
    let mails = aws.mails();
    let codes: BTreeSet<_> = mails.iter().map(|mail| code_in(mail).unwrap()).collect();
    let mut working = 0;
    for code in codes {
        working += usize::from(recipient.check(app, code).await.is_ok());
    }
    working
}

/// A delivery is killed while a request of it is on its way. That arrives when the next delivery is
/// about to make one of its own, or is done.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_a_killed_delivery_that_arrives_late_makes_no_code_stop_working() {
    for (held, at) in (COUNT..REQUESTS).flat_map(|held| (0..=REQUESTS).map(move |at| (held, at))) {
        let app = TestApp::start().await;
        let recipient = recipient(&app, CodePurpose::Invitation).await;
        let batch = recipient.batch(&app);
        let aws = FakeAws::default();
        let endpoint = aws.serve().await;
        let (late, busy) = (Gate::new(), Gate::new());
        let hold = |gate: &Gate| vec![Action::HoldUntil(gate.clone())];
        let first = Delivery::begin(&app, &endpoint, &batch, held, hold(&late)).await;
        late.reached().await;
        first.failures.abort();
        let mut second = Delivery::begin(&app, &endpoint, &batch, at, hold(&busy)).await;
        let mut done = None;
        tokio::select! {
            () = busy.reached() => {}
            failures = &mut second.failures => done = Some(failures.unwrap()),
        }
        late.open();
        first.released().await;
        busy.open();
        let failures = match done {
            Some(failures) => failures,
            None => second.failures.await.unwrap(),
        };
        if !failures.is_empty() {
            deliver_until_done(&app, &endpoint, &batch).await;
        }
        let mails = aws.mails().len();
        assert!((1..=3).contains(&mails), "{held} {at}: {mails} mails");
        let working = working_codes(&app, &recipient, &aws).await;
        assert_eq!(working, 1, "{held} {at}: of {mails} mails");
    }
}

/// Lambda starts a function anew while an old one that it gave up still works.
#[tokio::test(flavor = "multi_thread")]
async fn two_deliveries_at_once_leave_one_code_that_works() {
    for at in 0..REQUESTS {
        let app = TestApp::start().await;
        let recipient = recipient(&app, CodePurpose::Invitation).await;
        let batch = recipient.batch(&app);
        let aws = FakeAws::default();
        let endpoint = aws.serve().await;
        let gate = Gate::new();
        let hold = vec![Action::HoldUntil(gate.clone())];
        let first = Delivery::begin(&app, &endpoint, &batch, at, hold).await;
        gate.reached().await;
        deliver_until_done(&app, &endpoint, &batch).await;
        gate.open();
        if !first.failures.await.unwrap().is_empty() {
            deliver_until_done(&app, &endpoint, &batch).await;
        }
        let working = working_codes(&app, &recipient, &aws).await;
        assert_eq!(working, 1, "{at}");
    }
}

/// A mail comes twice only if SES took it and the answer was lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_once_whatever_answer_of_the_store_is_lost() {
    let busy = |number| match number {
        0 => Action::throttled(),
        SEND => Action::refuse(429, "TooManyRequestsException"),
        _ => Action::write_conflict(),
    };
    for number in 0..REQUESTS {
        for actions in [
            vec![Action::LoseAnswer],
            vec![Action::Truncate],
            vec![Action::Truncate, Action::LoseAnswer],
            vec![Action::LoseAnswer, busy(number)],
            vec![Action::Truncate, busy(number)],
            vec![busy(number), Action::LoseAnswer],
        ] {
            let case = format!("{number} {actions:?}");
            let app = TestApp::start().await;
            let recipient = recipient(&app, CodePurpose::Verification).await;
            let batch = recipient.batch(&app);
            let aws = FakeAws::default();
            let endpoint = aws.serve().await;
            let lost = |action: &&Action| matches!(action, Action::LoseAnswer | Action::Truncate);
            let lost = actions.iter().filter(lost).count();
            let delivery = Delivery::begin(&app, &endpoint, &batch, number, actions).await;
            let failures = delivery.failures.await.unwrap();
            assert_eq!(failures, [""; 0], "{case}");
            deliver_until_done(&app, &endpoint, &batch).await;
            let again = if number == SEND { lost } else { 0 };
            assert_eq!(aws.mails().len(), 1 + again, "{case}");
            assert_eq!(working_codes(&app, &recipient, &aws).await, 1, "{case}");
        }
    }
}

/// While the store or SES refuses, the record is among those that come again; then it is mailed once.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_could_not_be_handled_comes_again_and_is_mailed_once() {
    for number in 0..REQUESTS {
        let app = TestApp::start().await;
        let recipient = recipient(&app, CodePurpose::Invitation).await;
        let batch = recipient.batch(&app);
        let aws = FakeAws::default();
        let endpoint = aws.serve().await;
        let away = vec![Action::BadGateway; 3];
        let delivery = Delivery::begin(&app, &endpoint, &batch, number, away).await;
        let failures = json!(delivery.failures.await.unwrap());
        // When the mail is on its way, that is not noted, and nothing comes again.
        let expected = match number + 1 {
            REQUESTS => json!([]),
            _ => json!([batch["Records"][0]["dynamodb"]["SequenceNumber"]]),
        };
        assert_eq!(failures, expected, "{number}");
        deliver_until_done(&app, &endpoint, &batch).await;
        let mails = aws.mails().len();
        assert_eq!(
            mails,
            if number + 1 == REQUESTS { 2 } else { 1 },
            "{number}"
        );
        assert_eq!(working_codes(&app, &recipient, &aws).await, 1, "{number}");
    }
}
