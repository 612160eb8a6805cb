//! What a measured function finds: the sample directory of `cargo run` in an embedded DynamoDB,
//! behind TLS, and the real events under `events/`.

use crate::{Error, authority::Authority, proxy::Proxy};
use bytes::Bytes;
use roster_domain::{Clock, Token};
use roster_dynamodb::{Repository, Timeouts};
use roster_functions::{App, Settings};
use roster_local::{ALAN, EmbeddedStore, TABLE, load_sample};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The store, the way to it, and what is in it before every request.
pub struct Fixture {
    /// The way to the store, with TLS.
    pub proxy: Proxy,
    /// What goes into `AWS_CA_BUNDLE`.
    pub ca_bundle: PathBuf,
    store: EmbeddedStore,
    /// By primary key, both as DynamoDB's JSON.
    items: Vec<(Value, Value)>,
    folder: TempDir,
    profiles: Option<PathBuf>,
}

impl Fixture {
    /// An own store with the sample in it, behind TLS. Its people were seen in an hour to come, so
    /// that no request has to note that: it happens once an hour for each.
    pub async fn start() -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        let authority = Authority::new(folder.path())?;
        let store = EmbeddedStore::in_memory().await?;
        let mut fixture = Self {
            proxy: Proxy::before(&store.endpoint(), Some(authority.server)).await?,
            ca_bundle: authority.bundle,
            store,
            items: vec![],
            folder,
            profiles: None,
        };
        load_sample(&fixture.app(&fixture.store.endpoint())?).await?;
        let request = serde_json::from_value(json!({ "TableName": TABLE }))?;
        let scan = serde_json::to_value(fixture.store.database().scan(request)?)?;
        for mut item in scan["Items"].as_array().cloned().unwrap_or_default() {
            if item.get("activity").is_some() {
                item["activity"] = json!({ "S": "2999-01-01T00:00:00.000Z" });
            }
            fixture.put(&item)?;
            fixture.items.push((key(&item), item));
        }
        Ok(fixture)
    }

    /// The functions in this process, over the store at `endpoint`.
    pub fn app(&self, endpoint: &str) -> Result<App, Error> {
        Ok(App::new(
            Repository::connect_local(endpoint, TABLE.into(), Timeouts::LOCAL)?,
            Clock::system(),
            Settings::default(),
        ))
    }

    /// A proxy without TLS.
    pub async fn plain_proxy(&self) -> Result<Proxy, Error> {
        Proxy::before(&self.store.endpoint(), None).await
    }

    /// Puts so many more users into Ada's account, all created before her, straight into the store.
    pub fn fill(&self, users: u64) -> Result<(), Error> {
        const BATCH: u64 = 20_000;
        let alan = ALAN.token.parse::<Token>()?.user();
        let (account, id) = (alan.account.to_string(), alan.user.to_string());
        let alan = self.items.iter().find(|(_, item)| item["id"]["S"] == id);
        let (_, alan) = alan.ok_or("Alan is not in the sample")?;
        let database = self.store.database();
        database.enable_bulk_loading()?;
        for first in (0..users).step_by(usize::try_from(BATCH)?) {
            let batch = (first..users.min(first + BATCH)).map(|number| {
                // A UUIDv7 of 2020 and on, a second apart.
                let millis = 1_577_836_800_000 + number * 1000;
                let id = format!(
                    "{:08x}-{:04x}-7000-8000-{number:012x}",
                    millis >> 16,
                    millis & 0xffff
                );
                let mut item = alan.clone();
                item["PK"]["S"] = format!("ACCOUNT#{account}").into();
                item["SK"]["S"] = format!("USER#{id}").into();
                item["id"]["S"] = id.into();
                item["email"]["S"] = format!("user{number}@example.com").into();
                serde_json::from_value(item)
            });
            let batch = batch.collect::<Result<Vec<_>, _>>()?;
            database.import_items(TABLE, batch, Default::default())?;
        }
        database.disable_bulk_loading()?;
        Ok(())
    }

    /// Puts back what requests through `proxy` have written, so that every request meets the same.
    pub fn reset(&self, proxy: &Proxy) -> Result<(), Error> {
        let database = self.store.database();
        for key in proxy.take_written() {
            match self.items.iter().find(|(known, _)| *known == key) {
                Some((_, item)) => self.put(item)?,
                None => {
                    let request = json!({ "TableName": TABLE, "Key": key });
                    database.delete_item(serde_json::from_value(request)?)?;
                }
            }
        }
        Ok(())
    }

    fn put(&self, item: &Value) -> Result<(), Error> {
        let request = json!({ "TableName": TABLE, "Item": item });
        self.store
            .database()
            .put_item(serde_json::from_value(request)?)?;
        Ok(())
    }

    /// Leaves callgrind's profiles in `folder`, if there is one.
    pub fn keep_profiles(&mut self, folder: Option<PathBuf>) {
        self.profiles = folder;
    }

    /// Where callgrind writes its profiles.
    pub fn profiles(&self) -> &Path {
        self.profiles.as_deref().unwrap_or(self.folder.path())
    }
}

fn key(item: &Value) -> Value {
    json!({ "PK": item["PK"], "SK": item["SK"] })
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
