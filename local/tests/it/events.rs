//! The sample events under `events/` are real: each is answered here as its name says.

use crate::support::App;
use roster_functions::{ENDPOINTS, Event};
use roster_local::load_sample;
use std::{fs, path::PathBuf};

/// `events/<binary>/<status>-<what>.json`, over the sample data that `cargo run` has.
#[tokio::test]
async fn every_event_is_answered_with_the_status_in_its_name() {
    for endpoint in ENDPOINTS {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../events")
            .join(endpoint.name);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        let mut successes = 0;
        for file in files {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let (status, _) = name.split_once('-').unwrap_or_else(|| panic!("{path:?}"));
            let event: Event = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let app = App::start().await;
            load_sample(&app.roster).await.unwrap();
            let answer = endpoint.answer(&app.roster, event).await;
            assert_eq!(answer.status.as_str(), status, "{path:?}: {}", answer.body);
            successes += usize::from(answer.status.is_success());
        }
        assert!(successes > 0, "{folder:?} has no happy path");
    }
}
