use roster_functions::{ENDPOINTS, Endpoint};
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
    pub endpoint: &'static Endpoint,
    pub path: PathBuf,
}

impl SampleEvent {
    pub fn all() -> Vec<Self> {
        ENDPOINTS.iter().flat_map(Self::of).collect()
    }

    fn of(endpoint: &'static Endpoint) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
        let folder = root.join(endpoint.name);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        files
            .map(|file| file.unwrap().path())
            .map(|path| Self { endpoint, path })
            .collect()
    }

    pub fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    /// The status that the file's name begins with.
    pub fn status(&self) -> &str {
        let name = self.path.file_stem().unwrap().to_str().unwrap();
        let (status, _) = name
            .split_once('-')
            .unwrap_or_else(|| panic!("{:?}", self.path));
        status
    }
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
