//! What a measured function finds: the sample directory of `cargo run` in an embedded DynamoDB,
//! behind TLS, and the real events under `events/`.

use crate::{Error, authority::Authority, front::Front};
use bytes::Bytes;
use roster_domain::Clock;
use roster_dynamodb::{Patience, Repository};
use roster_functions::{Roster, Settings};
use roster_local::{EmbeddedStore, TABLE, load_sample};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The store, the way to it, and what is in it before every request.
pub struct Stage {
    /// The way to the store.
    pub front: Front,
    /// What goes into `AWS_CA_BUNDLE`.
    pub ca_bundle: PathBuf,
    store: EmbeddedStore,
    items: Vec<Value>,
    folder: TempDir,
}

impl Stage {
    /// An own store with the sample in it. Its people have just signed up, so that no request has
    /// to note that they were seen: that happens once an hour for each.
    pub async fn set() -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        let authority = Authority::new(folder.path())?;
        let store = EmbeddedStore::in_memory().await?;
        let roster = Roster {
            repository: Repository::connect_local(
                &store.endpoint(),
                TABLE.into(),
                Patience::LOCAL,
            )?,
            clock: Clock::system(),
            settings: Settings::default(),
        };
        load_sample(&roster).await?;
        let mut stage = Self {
            front: Front::before(&store.endpoint(), authority.server).await?,
            ca_bundle: authority.bundle,
            store,
            items: vec![],
            folder,
        };
        stage.items = stage.scan()?;
        Ok(stage)
    }

    /// For files that are not needed when the measurement is over.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts everything back as it was, so that every request meets the same.
    pub fn reset(&self) -> Result<(), Error> {
        let database = self.store.database();
        let now = self.scan()?;
        for item in now.iter().filter(|item| !self.items.contains(item)) {
            let key = json!({ "PK": item["PK"], "SK": item["SK"] });
            let request = json!({ "TableName": TABLE, "Key": key });
            database.delete_item(serde_json::from_value(request)?)?;
        }
        for item in self.items.iter().filter(|item| !now.contains(item)) {
            let request = json!({ "TableName": TABLE, "Item": item });
            database.put_item(serde_json::from_value(request)?)?;
        }
        Ok(())
    }

    fn scan(&self) -> Result<Vec<Value>, Error> {
        let request = serde_json::from_value(json!({ "TableName": TABLE }))?;
        let scan = serde_json::to_value(self.store.database().scan(request)?)?;
        Ok(scan["Items"].as_array().cloned().unwrap_or_default())
    }
}

/// A request that a function answers well.
pub struct Happy {
    /// Its file's name without `.json`, such as `200-profile`.
    pub name: String,
    /// The status that it is answered with.
    pub status: u64,
    /// The event, as API Gateway hands it over.
    pub event: Bytes,
}

impl Happy {
    /// The happy events of a function, by name; those with a token first, since a password's
    /// hashing would drown what else there is to see.
    pub fn of(binary: &str) -> Result<Vec<Self>, Error> {
        let folder = root().join("events").join(binary);
        let files = fs::read_dir(&folder).map_err(|error| {
            format!(
                "{}: {error}; is there a function {binary}?",
                folder.display()
            )
        })?;
        let mut found = vec![];
        for file in files {
            let path = file?.path();
            let name = path.file_stem().unwrap_or_default().display().to_string();
            if !name.starts_with('2') {
                continue;
            }
            let status = name.split('-').next().unwrap_or_default().parse()?;
            let event: Value = serde_json::from_slice(&fs::read(&path)?)?;
            // As API Gateway writes it, without the spaces that are for people.
            let event = event.to_string().into();
            found.push(Self {
                name,
                status,
                event,
            });
        }
        found.sort_by_key(|happy| (!happy.has_token(), happy.name.clone()));
        Ok(found)
    }

    fn has_token(&self) -> bool {
        String::from_utf8_lossy(&self.event).contains("rst_")
    }

    /// Whether this is the function's answer to it.
    pub fn check(&self, answer: &[u8]) -> Result<(), Error> {
        let answer: Value = serde_json::from_slice(answer)?;
        if answer["statusCode"] == self.status {
            Ok(())
        } else {
            Err(format!("{} was answered with {answer}", self.name).into())
        }
    }
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
