//! The sample events under `events/` are real: each is answered here as its name says.

use crate::support::App;
use roster_functions::{ENDPOINTS, Endpoint, Event};
use roster_local::load_sample;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tokio::task::JoinSet;

/// `events/<binary>/<status>-<what>.json`, over the sample data that `cargo run` has.
#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_with_the_status_in_its_name() {
    let mut answers = JoinSet::new();
    for endpoint in ENDPOINTS {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../events")
            .join(endpoint.name);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        let happy = |path: &PathBuf| status(path).starts_with('2');
        assert!(files.iter().any(happy), "{folder:?} has no happy path");
        // All of them at once would be more than the store answers in time.
        answers.spawn(async move {
            for path in files {
                check(endpoint, path).await;
            }
        });
    }
    answers.join_all().await;
}

/// The status that the file's name begins with.
fn status(path: &Path) -> &str {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let (status, _) = name.split_once('-').unwrap_or_else(|| panic!("{path:?}"));
    status
}

async fn check(endpoint: &Endpoint, path: PathBuf) {
    let event: Event = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let app = App::start().await;
    load_sample(&app.roster).await.unwrap();
    let answer = endpoint.answer(&app.roster, event).await;
    assert_eq!(
        answer.status.as_str(),
        status(&path),
        "{path:?}: {}",
        answer.body
    );
}
