//! The sample events under `events/` are real: each is answered here as its name says.

use crate::support::{App, SampleEvent, for_every_event};
use roster_functions::{ENDPOINTS, Event};
use roster_local::load_sample;

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
