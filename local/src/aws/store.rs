use super::{
    data_folder::{DataFolder, DataFolderError},
    database_server::serve_database,
    request_log::RequestLog,
    stream::{SequenceNumber, StreamTable},
    template::Template,
};
use dynoxide::Database;
use serde_json::json;
use std::{fmt::Display, net::SocketAddr, path::Path, sync::Arc};
use tokio::net::TcpListener;
use uuid::Uuid;

/// The table's name on this machine.
pub const TABLE: &str = "roster";

/// A DynamoDB of our own: the emulator, served over HTTP on one address of this machine.
#[derive(Clone)]
pub struct EmbeddedStore {
    database: Database,
    address: SocketAddr,
    kept: Option<Arc<Kept>>,
    requests: RequestLog,
}

/// What a store in a folder has, and one in memory does not.
struct Kept {
    stream: StreamTable,
    _folder: Arc<DataFolder>,
}

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreOpenError(String);

impl StoreOpenError {
    fn new(what: impl Display, error: impl Display) -> Self {
        Self(format!("{what}: {error}"))
    }
}

impl From<DataFolderError> for StoreOpenError {
    fn from(error: DataFolderError) -> Self {
        Self(error.to_string())
    }
}

impl EmbeddedStore {
    /// A store that is gone when the program ends, on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn in_memory() -> Result<Self, StoreOpenError> {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::open(None, loopback).await
    }

    /// A store in `folder`, or in memory; served at `address`.
    ///
    /// # Errors
    /// When the folder cannot be used or the address is taken.
    pub async fn open(
        folder: Option<&Arc<DataFolder>>,
        address: SocketAddr,
    ) -> Result<Self, StoreOpenError> {
        let (database, kept) = match folder {
            None => (
                memory().map_err(|error| StoreOpenError::new("the store", error))?,
                None,
            ),
            Some(folder) => {
                let (database, kept) = kept(folder)
                    .map_err(|error| StoreOpenError(folder.not_readable("roster.db", &error)))?;
                (database, Some(Arc::new(kept)))
            }
        };
        let listener = TcpListener::bind(address).await.map_err(|error| {
            StoreOpenError(format!(
                "the embedded DynamoDB cannot listen on {address}: {error}; choose another address \
                 with --dynamodb, or leave it out"
            ))
        })?;
        let address = listener
            .local_addr()
            .map_err(|error| StoreOpenError::new("the store", error))?;
        let requests = RequestLog::default();
        serve_database(listener, database.clone(), requests.clone())
            .await
            .map_err(|error| StoreOpenError::new("the store", error))?;
        Ok(Self {
            database,
            address,
            kept,
            requests,
        })
    }

    /// Where an SDK reaches it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What requests have asked of it: those of a
    /// [`logged_gateway`](crate::logged_gateway) over a repository whose calls have a
    /// [`request_tag`](crate::request_tag).
    pub fn requests(&self) -> &RequestLog {
        &self.requests
    }

    /// The database itself, beside the wire.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Whether nothing is stored in the table.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_empty(&self) -> Result<bool, StoreOpenError> {
        let failed = |error: &dyn Display| StoreOpenError::new("the store", error);
        let request = serde_json::from_value(json!({ "TableName": TABLE, "Limit": 1 }));
        let found = self
            .database
            .scan(request.map_err(|error| failed(&error))?)
            .map_err(|error| failed(&error))?;
        Ok(found.count == 0)
    }

    /// Deletes some of the stream's records up to `last`; whether there are more. A store in memory
    /// keeps its records until it is gone: SQLite refuses a reader of a table in memory while another
    /// connection writes it, and a request must not be refused.
    ///
    /// # Errors
    /// When the database is busy, or fails.
    pub fn trim_stream(&self, last: SequenceNumber) -> rusqlite::Result<bool> {
        self.kept
            .as_ref()
            .map_or(Ok(false), |kept| kept.stream.trim(last))
    }
}

type StoreResult<T> = Result<T, Box<dyn std::error::Error>>;

/// A database in memory with a name of its own, by which a second connection finds it.
fn memory() -> StoreResult<Database> {
    let uri = format!("file:roster-{}?mode=memory&cache=shared", Uuid::new_v4());
    let database = Database::new(&uri)?;
    create_table(&database)?;
    StreamTable::open(&uri)?;
    Ok(database)
}

fn kept(folder: &Arc<DataFolder>) -> StoreResult<(Database, Kept)> {
    let file = folder.store_file();
    if !file.try_exists()? {
        let unfinished = folder.unfinished_store_file()?;
        create(&unfinished)?;
        folder.adopt_store(&unfinished)?;
    }
    let path = file.to_string_lossy();
    let database = Database::new(&path)?;
    let kept = Kept {
        stream: StreamTable::open(&path)?,
        _folder: folder.clone(),
    };
    Ok((database, kept))
}

/// Makes a new database under a name that no start opens: the table takes several steps, and a program
/// that is killed between two of them would leave one without its stream or its time to live.
fn create(file: &Path) -> StoreResult<()> {
    let path = file.to_string_lossy();
    create_table(&Database::new(&path)?)?;
    Ok(StreamTable::open(&path)?.finish()?)
}

/// Makes the table as `template.yaml` has it.
fn create_table(database: &Database) -> StoreResult<()> {
    let template = Template::load();
    database.create_table(serde_json::from_value(template.create_table(TABLE))?)?;
    database.update_time_to_live(serde_json::from_value(template.time_to_live(TABLE))?)?;
    Ok(())
}
