use super::database_server::serve_database;
use super::template::Template;
use dynoxide::Database;
use std::{fmt::Display, net::SocketAddr, path::Path};
use tokio::net::TcpListener;

/// The table's name on this machine.
pub const TABLE: &str = "roster";

/// A DynamoDB of our own: the emulator, served over HTTP on one address of this machine.
#[derive(Clone)]
pub struct EmbeddedStore {
    database: Database,
    address: SocketAddr,
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

impl EmbeddedStore {
    /// A store that is gone when the program ends, on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn in_memory() -> Result<Self, StoreOpenError> {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::open(None, loopback).await
    }

    /// A store in `folder` (made if it is not there), or in memory; served at `address`.
    ///
    /// # Errors
    /// When the folder cannot be used or the address is taken.
    pub async fn open(folder: Option<&Path>, address: SocketAddr) -> Result<Self, StoreOpenError> {
        let database = match folder {
            None => Database::memory().map_err(|error| StoreOpenError::new("the store", error))?,
            Some(folder) => {
                let what = format!("the data folder {}", folder.display());
                std::fs::create_dir_all(folder)
                    .map_err(|error| StoreOpenError::new(&what, error))?;
                let file = folder.join("roster.db");
                Database::new(&file.to_string_lossy())
                    .map_err(|error| StoreOpenError::new(&what, error))?
            }
        };
        create_table(&database).map_err(|error| StoreOpenError::new("the table", error))?;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| StoreOpenError::new(format!("DynamoDB's address {address}"), error))?;
        let address = listener
            .local_addr()
            .map_err(|error| StoreOpenError::new("the store", error))?;
        serve_database(listener, database.clone())
            .await
            .map_err(|error| StoreOpenError::new("the store", error))?;
        Ok(Self { database, address })
    }

    /// Where an SDK reaches it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The database itself, beside the wire.
    pub fn database(&self) -> &Database {
        &self.database
    }
}

/// Makes the table as `template.yaml` has it, unless it is there already.
fn create_table(database: &Database) -> Result<(), Box<dyn std::error::Error>> {
    let template = Template::load();
    let known = database.list_tables(serde_json::from_str("{}")?)?;
    if known.table_names.iter().any(|name| name == TABLE) {
        return Ok(());
    }
    database.create_table(serde_json::from_value(template.create_table(TABLE))?)?;
    database.update_time_to_live(serde_json::from_value(template.time_to_live(TABLE))?)?;
    Ok(())
}
