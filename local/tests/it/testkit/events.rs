//! The sample events under `events/`.

use super::{
    TestApp,
    deployment::{endpoints, functions},
};
use roster_local::LINUS;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tokio::task::JoinSet;

/// Each event has a database of its own: more of them at once than this, and they wait for the
/// processor for longer than a store may take.
const AT_ONCE: usize = 8;

/// An event under `events/`.
#[derive(Clone)]
pub struct SampleEvent {
    pub endpoint: &'static str,
    pub path: PathBuf,
}

impl SampleEvent {
    pub fn all() -> Vec<Self> {
        endpoints().into_iter().flat_map(Self::of).collect()
    }

    fn of(endpoint: &'static str) -> Vec<Self> {
        let files = files_of(endpoint).into_iter();
        files.map(|path| Self { endpoint, path }).collect()
    }

    pub fn json(&self) -> Value {
        read(&self.path)
    }

    /// The status that the file's name begins with.
    pub fn status(&self) -> &str {
        first_word(&self.path)
    }
}

/// A batch of the stream or the queue under `events/`, for a function without a route.
#[derive(Clone)]
pub struct SampleBatch {
    pub binary: String,
    pub path: PathBuf,
}

impl SampleBatch {
    pub fn all() -> Vec<Self> {
        let routed = endpoints();
        functions()
            .into_iter()
            .filter(|(_, binary)| !routed.contains(&**binary))
            .flat_map(|(_, binary)| {
                let files = files_of(&binary).into_iter();
                files
                    .map(move |path| Self {
                        binary: binary.clone(),
                        path,
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    pub fn json(&self) -> Value {
        read(&self.path)
    }

    /// The sample that it is about. In that of the closing function, Linus has closed his account.
    pub async fn app(&self) -> TestApp {
        let app = TestApp::with_sample().await;
        if self.binary == "close-account" {
            let close = app.call("DELETE", "/auth/account");
            let close = close.basic(LINUS.name, LINUS.password);
            close.await.expect_status(202);
        }
        app
    }

    /// What becomes of it, which the file's name begins with.
    pub fn outcome(&self) -> &str {
        first_word(&self.path)
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn files_of(binary: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let folder = root.join(binary);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    files.map(|file| file.unwrap().path()).collect()
}

fn first_word(path: &Path) -> &str {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let (word, _) = name.split_once('-').unwrap_or_else(|| panic!("{path:?}"));
    word
}

/// Does `work` for every event, a few at once.
pub async fn for_every_event<T, F>(work: fn(SampleEvent) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut done = Vec::new();
    for event in SampleEvent::all() {
        if running.len() == AT_ONCE {
            done.push(running.join_next().await.unwrap().unwrap());
        }
        running.spawn(work(event));
    }
    done.extend(running.join_all().await);
    done
}
