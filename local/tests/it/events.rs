//! The sample events under `events/` are real: each is answered here as its name says.

use crate::testkit::{SampleBatch, SampleEvent, TestApp, endpoints, for_every_event, functions};
use std::collections::BTreeSet;

/// `events/<binary>/<status>-<what>.json`, over the sample data that `cargo run` has.
#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_with_the_status_in_its_name() {
    for_every_event(check).await;
}

async fn check(sample: SampleEvent) {
    let app = TestApp::with_sample().await;
    let answer = app.respond(sample.endpoint, sample.json()).await;
    let (status, path) = (sample.status(), &sample.path);
    assert_eq!(
        answer.status.to_string(),
        status,
        "{path:?}: {}",
        answer.body
    );
}

#[test]
fn every_endpoint_has_an_event_of_its_happy_path() {
    let all = SampleEvent::all();
    for endpoint in endpoints() {
        let of_endpoint = |event: &&SampleEvent| event.endpoint == endpoint;
        let happy = |event: &SampleEvent| event.status().starts_with('2');
        assert!(all.iter().filter(of_endpoint).any(happy), "{endpoint}");
    }
}

/// `events/<binary>/<outcome>-<what>.json`: of a batch that is `handled`, nothing comes again; one
/// that comes `again` has records that do; one with a `dead` record leaves that as a dead letter.
#[tokio::test]
async fn every_batch_has_the_outcome_in_its_name() {
    let mut handled = BTreeSet::new();
    for batch in SampleBatch::all() {
        let app = batch.app().await;
        let background = app.background_workers().await;
        let work = background.workers.failures_of(&batch.binary, batch.json());
        let failed = work.await;
        let dead = background.aws.dead_letters().len();
        let outcome = match (failed.len(), dead) {
            (0, 0) => "handled",
            (0, _) => "dead",
            _ => "again",
        };
        assert_eq!(batch.outcome(), outcome, "{:?}: {failed:?}", batch.path);
        if outcome == "handled" {
            handled.insert(batch.binary);
        }
    }
    let all: BTreeSet<_> = functions().into_iter().map(|(_, binary)| binary).collect();
    let routed = endpoints().into_iter().map(str::to_owned);
    let fed = &all - &routed.collect();
    assert_eq!(handled, fed, "each has a batch of its happy path");
}
