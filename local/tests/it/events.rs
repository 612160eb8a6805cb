//! The sample events under `events/` are real: each is answered here as its name says.

use crate::support::{App, SampleBatch, SampleEvent, for_every_event};
use roster_functions::{ENDPOINTS, Event};
use roster_local::{DEAD_LETTERS, Template, load_sample};
use std::collections::BTreeSet;

/// `events/<binary>/<status>-<what>.json`, over the sample data that `cargo run` has.
#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_with_the_status_in_its_name() {
    for_every_event(check).await;
}

async fn check(sample: SampleEvent) {
    let event: Event = serde_json::from_str(&sample.text()).unwrap();
    let app = App::start().await;
    load_sample(&app.roster).await.unwrap();
    let answer = sample.endpoint.answer(&app.roster, event).await;
    let (status, path) = (sample.status(), &sample.path);
    assert_eq!(answer.status.as_str(), status, "{path:?}: {}", answer.body);
}

#[test]
fn every_endpoint_has_an_event_of_its_happy_path() {
    let all = SampleEvent::all();
    for endpoint in ENDPOINTS {
        let of_endpoint = |event: &&SampleEvent| event.endpoint.name == endpoint.name;
        let happy = |event: &SampleEvent| event.status().starts_with('2');
        assert!(
            all.iter().filter(of_endpoint).any(happy),
            "{}",
            endpoint.name
        );
    }
}

/// `events/<binary>/<outcome>-<what>.json`: of a batch that is `handled`, nothing comes again; one
/// that comes `again` has records that do; one with a `dead` record leaves that as a dead letter.
#[tokio::test]
async fn every_batch_has_the_outcome_in_its_name() {
    let mut handled = BTreeSet::new();
    for batch in SampleBatch::all() {
        let app = App::start().await;
        load_sample(&app.roster).await.unwrap();
        let after = app.after().await;
        let work = after.functions.invoke(&batch.binary, batch.json());
        let response = work.await.unwrap();
        let failed = response["batchItemFailures"].as_array().unwrap().len();
        let dead = after.platform.queue(DEAD_LETTERS).len();
        let outcome = match (failed, dead) {
            (0, 0) => "handled",
            (0, _) => "dead",
            _ => "again",
        };
        assert_eq!(batch.outcome(), outcome, "{:?}: {response}", batch.path);
        if outcome == "handled" {
            handled.insert(batch.binary);
        }
    }
    let functions = Template::load().functions().into_iter();
    let all: BTreeSet<_> = functions.map(|(_, binary)| binary).collect();
    let routed = ENDPOINTS.iter().map(|endpoint| endpoint.name.to_owned());
    let fed = &all - &routed.collect();
    assert_eq!(handled, fed, "each has a batch of its happy path");
}
