//! Roster with the sample in it, which is asked again and again, and what must hold for every answer.

use crate::testkit::{BackgroundWorkers, Items, Log, Route, SAMPLE_PEOPLE, TestApp, routes};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

/// After so many questions a new one is made: its stand-ins for AWS keep everything.
const QUESTIONS: usize = 2000;

pub struct Lab {
    app: TestApp,
    background: BackgroundWorkers,
    /// Of the sample.
    items: Items,
    routes: BTreeMap<String, Route>,
    asked: usize,
    /// Last: what it runs must not outlive the others.
    runtime: Runtime,
}

impl Lab {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let app = runtime.block_on(TestApp::with_sample());
        // Seen in an hour to come, nobody's request has to note that they were.
        let mut items = app.items();
        for item in items.values_mut() {
            item["activity"] = json!({ "S": "2999-01-01T00:00:00.000Z" });
        }
        app.restore(&items);
        let routes = routes().into_iter();
        Self {
            background: runtime.block_on(app.background_workers()),
            items,
            routes: routes.map(|route| (route.binary.clone(), route)).collect(),
            asked: 0,
            app,
            runtime,
        }
    }

    /// Hands an event to an endpoint, over the sample as it was loaded: the status of the answer, which
    /// is one that the OpenAPI document has.
    pub fn ask(&mut self, endpoint: &str, event: &Value) -> u16 {
        let log = self.begin();
        let work = self.app.respond(endpoint, event.clone());
        let answer = self.runtime.block_on(work);
        let http = &event["requestContext"]["http"];
        let (method, path) = match self.routes.get(endpoint) {
            // What has no route of its own is checked by what was asked.
            Some(route) if endpoint != "default-route" => (&*route.method, &*route.path),
            _ => (
                http["method"].as_str().unwrap(),
                http["path"].as_str().unwrap(),
            ),
        };
        let what = format!("{endpoint} asked {event}");
        answer.check(&what, endpoint, method, path);
        if answer.status >= 400 {
            expect_no_secret(&what, &answer.body);
        }
        for text in &answer.debug {
            expect_no_secret(&what, text);
        }
        self.end(&what, &log);
        answer.status
    }

    /// Gives a function a batch: the items that are to come again, which are some of the batch's.
    pub fn deliver(&mut self, binary: &str, batch: &Value) -> Vec<String> {
        let log = self.begin();
        let letters = self.background.aws.dead_letters().len();
        let work = self.background.workers.failures_of(binary, batch.clone());
        let failed = self.runtime.block_on(work);
        let what = format!("{binary} given {batch}");
        // The key of a row that cannot be read is told. No key that these functions hear of has an address,
        // but one that was put together here may.
        let keys = batch["Records"].as_array().into_iter().flatten();
        let keys = keys.map(|record| record["dynamodb"]["Keys"].to_string());
        let is_in_a_key = keys.into_iter().any(|keys| keys.contains('@'));
        for letter in &self.background.aws.dead_letters()[letters..] {
            assert!(
                serde_json::from_str::<Value>(letter).is_ok(),
                "{what}: {letter}"
            );
            expect_no_secret(&what, letter);
            assert!(
                is_in_a_key || !letter.contains("@example.com"),
                "{what}: {letter}"
            );
        }
        self.end_of(&what, &log, is_in_a_key);
        failed
    }

    fn begin(&mut self) -> Log {
        self.asked += 1;
        if self.asked > QUESTIONS {
            *self = Self::new();
        }
        self.app.proxy.forget();
        Log::start()
    }

    fn end(&self, what: &str, log: &Log) {
        self.end_of(what, log, false);
    }

    fn end_of(&self, what: &str, log: &Log, may_name_addresses: bool) {
        let text = log.text();
        expect_no_secret(what, &text);
        assert!(
            may_name_addresses || !text.contains("@example.com"),
            "{what}: {text}"
        );
        if self.app.proxy.has_written() {
            self.app.restore(&self.items);
        }
    }
}

/// Those of the sample who can log in: their passwords, and what is random in their tokens.
#[track_caller]
fn expect_no_secret(what: &str, text: &str) {
    for person in SAMPLE_PEOPLE {
        for secret in [person.password, &person.token[47..]] {
            assert!(!text.contains(secret), "{what} shows {secret}: {text}");
        }
    }
}
