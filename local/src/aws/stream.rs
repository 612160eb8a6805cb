//! The table's stream, as the embedded DynamoDB keeps it.

use super::store::TABLE;
use dynoxide::Database;
use rusqlite::{Connection, ffi, params};
use serde_json::{Value, json};
use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

type StreamError = Box<dyn std::error::Error + Send + Sync>;

/// The place of a record in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SequenceNumber(u128);

impl SequenceNumber {
    /// The sequence number of a record, which every record of a stream has.
    pub fn of(record: &Value) -> Option<Self> {
        Self::parse(record["dynamodb"]["SequenceNumber"].as_str()?)
    }

    /// Reads a sequence number as a record carries it.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The last number before this one, whether a record has it or not.
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A reader of the stream.
pub struct Stream {
    database: Database,
    arn: String,
    iterator: String,
}

impl Stream {
    /// The stream of the table, from the oldest record on that is kept.
    ///
    /// # Errors
    /// When the table has none.
    pub fn of(database: &Database) -> Result<Self, StreamError> {
        Self::after(database, None)
    }

    /// The stream of the table, from the first record after `checkpoint` on.
    ///
    /// # Errors
    /// When the table has none.
    pub fn after(
        database: &Database,
        checkpoint: Option<SequenceNumber>,
    ) -> Result<Self, StreamError> {
        let streams = database.list_streams(from(json!({ "TableName": TABLE }))?)?;
        let streams = serde_json::to_value(streams)?;
        let arn = text(&streams["Streams"][0]["StreamArn"]);
        let described = database.describe_stream(from(json!({ "StreamArn": arn }))?)?;
        let described = serde_json::to_value(described)?;
        let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
        let mut request = json!({
            "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON",
        });
        if let Some(checkpoint) = checkpoint {
            request["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
            request["SequenceNumber"] = json!(checkpoint.to_string());
        }
        let iterator = database.get_shard_iterator(from(request)?)?;
        Ok(Self {
            database: database.clone(),
            arn,
            iterator: iterator.shard_iterator.unwrap_or_default(),
        })
    }

    /// The records that are new, as Lambda hands them to a function: a thousand at most.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(&mut self) -> Result<Vec<Value>, StreamError> {
        let request = json!({ "ShardIterator": self.iterator });
        let answer = self.database.get_records(from(request)?)?;
        let mut records = Vec::new();
        for record in answer.records {
            let mut record = serde_json::to_value(record)?;
            record["eventSourceARN"] = json!(self.arn);
            records.push(record);
        }
        if let Some(next) = answer.next_shard_iterator {
            self.iterator = next;
        }
        Ok(records)
    }
}

fn from<T: serde::de::DeserializeOwned>(request: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(request)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The SQLite table that the embedded DynamoDB keeps stream records in, beside DynamoDB's own way to
/// it: a second connection to the same database.
///
/// At each write dynoxide looks for the highest sequence number, and at each read for what comes after
/// one. Its table has no index for either and is never trimmed, so that after 50,000 writes each took
/// 80 ms.
pub struct StreamTable(Mutex<Connection>);

impl StreamTable {
    /// Records deleted at once at most: requests have to wait meanwhile.
    const SLICE: u32 = 500;

    /// What dynoxide adds to a stored sequence number when it shows it.
    const OFFSET: u128 = 100_000_000_000_000_000_000;

    /// Connects to the SQLite database at `path`, which can be a URI, and indexes its stream.
    ///
    /// # Errors
    /// When it is not a database of dynoxide's.
    pub fn open(path: &str) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "CREATE INDEX IF NOT EXISTS roster_stream_order
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
        )?;
        // Trimming can wait: a request cannot.
        connection.busy_timeout(Duration::from_millis(50))?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Deletes some of the records up to `last`, oldest first; whether there are more. The newest
    /// record stays: the next sequence number follows from it.
    ///
    /// # Errors
    /// When the database is busy, or fails.
    pub fn trim(&self, last: SequenceNumber) -> rusqlite::Result<bool> {
        let Some(last) = last.0.checked_sub(Self::OFFSET) else {
            return Ok(false);
        };
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut delete = connection.prepare_cached(
            "DELETE FROM _stream_records WHERE id IN (
                 SELECT id FROM _stream_records
                 WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= MIN(?2, (
                     SELECT MAX(CAST(sequence_number AS INTEGER)) - 1
                     FROM _stream_records WHERE table_name = ?1
                 ))
                 ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3
             )",
        )?;
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        let deleted = delete.execute(params![TABLE, last, Self::SLICE])?;
        Ok(deleted == Self::SLICE as usize)
    }

    /// Writes everything into the database file itself, and leaves nothing in its log.
    ///
    /// # Errors
    /// When the database is busy, or fails.
    pub fn finish(self) -> rusqlite::Result<()> {
        let connection = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            match row.get::<_, i64>(0)? {
                0 => Ok(()),
                _ => Err(rusqlite::Error::SqliteFailure(
                    ffi::Error::new(ffi::SQLITE_BUSY),
                    None,
                )),
            }
        })
    }
}
