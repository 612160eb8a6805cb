//! What the stand-ins for AWS keep: mails, events, queues, and how far the stream was handled. In a
//! SQLite database, which is in memory or in the data folder. Whatever is written here is there after
//! the program was killed.

use super::{
    data_folder::DataFolder,
    fake_aws::{Message, delivered_event},
    mail::Mail,
    stream::SequenceNumber,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Mails, and events, that are kept: the newest.
const KEPT: u32 = 1000;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS mails (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, sender TEXT NOT NULL,
        recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL,
        raw BLOB NOT NULL, time TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS events (
        number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS messages (
        number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL, receives INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, number);
    CREATE TABLE IF NOT EXISTS checkpoints (
        mapping TEXT PRIMARY KEY, sequence_number TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS unfinished (step TEXT PRIMARY KEY) STRICT;
";

/// What `PRAGMA user_version` says of a database with this schema.
const VERSION: i64 = 1;

/// The database of the stand-ins.
pub struct State {
    connection: Mutex<Connection>,
    _folder: Option<Arc<DataFolder>>,
}

/// Why the stand-ins for AWS cannot keep something, or read what they kept.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The database fails.
    #[error("what the stand-ins for AWS keep: {0}")]
    Database(#[from] rusqlite::Error),
    /// The data folder cannot be used; says what to do.
    #[error("{0}")]
    Folder(String),
}

type Result<T> = std::result::Result<T, StateError>;

impl State {
    /// Opens the state in `folder`, or one that is gone when the program ends.
    pub fn open(folder: Option<&Arc<DataFolder>>) -> Result<Self> {
        let connection = match folder {
            None => {
                let connection = Connection::open_in_memory()?;
                connection.execute_batch(SCHEMA)?;
                connection
            }
            Some(folder) => Self::in_folder(folder)?,
        };
        Ok(Self {
            connection: Mutex::new(connection),
            _folder: folder.cloned(),
        })
    }

    fn in_folder(folder: &DataFolder) -> Result<Connection> {
        let open = || {
            let mut connection = Connection::open(folder.state_file())?;
            let version = version(&connection)?;
            if version < VERSION {
                migrate(&mut connection)?;
            }
            Ok::<_, rusqlite::Error>((connection, version))
        };
        let opened = open().map_err(|error| folder.not_readable("aws.db", &error));
        let (connection, version) = opened.map_err(StateError::Folder)?;
        if version > VERSION {
            return Err(StateError::Folder(folder.too_new()));
        }
        Ok(connection)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A transaction that was given up in a panic was rolled back.
        let lock = self.connection.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a mail, which gets the next number.
    pub fn add_mail(&self, mail: &mut Mail) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT INTO mails (id, sender, recipient, subject, text, html, raw, time)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                mail.id,
                mail.from,
                mail.to,
                mail.subject,
                mail.text,
                mail.html,
                mail.raw,
                mail.time,
            ],
        )?;
        mail.number = transaction.last_insert_rowid();
        transaction.execute(
            "DELETE FROM mails WHERE number <= ?1 - ?2",
            params![mail.number, KEPT],
        )?;
        Ok(transaction.commit()?)
    }

    /// The mails that are kept, oldest first.
    pub fn mails(&self) -> Result<Vec<Mail>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("SELECT * FROM mails ORDER BY number")?;
        let mails = select.query_map([], mail)?.collect::<rusqlite::Result<_>>();
        Ok(mails?)
    }

    /// The mail with a number, if it is kept.
    pub fn mail(&self, number: i64) -> Result<Option<Mail>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("SELECT * FROM mails WHERE number = ?1")?;
        Ok(select.query_row([number], mail).optional()?)
    }

    /// Keeps events, all of them or none.
    pub fn add_events(&self, events: &[Value]) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for event in events {
            transaction.execute(
                "INSERT INTO events (event) VALUES (?1)",
                [event.to_string()],
            )?;
        }
        transaction.execute(
            "DELETE FROM events WHERE number <= (SELECT MAX(number) FROM events) - ?1",
            [KEPT],
        )?;
        Ok(transaction.commit()?)
    }

    /// The events that are kept, oldest first.
    pub fn events(&self) -> Result<Vec<Value>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("SELECT event FROM events ORDER BY number")?;
        let events = select.query_map([], |row| row.get::<_, String>(0))?;
        let events = events.map(|event| Ok(serde_json::from_str(&event?).unwrap_or_default()));
        Ok(events.collect::<rusqlite::Result<_>>()?)
    }

    /// Puts a message into a queue.
    pub fn add_message(&self, queue: &str, id: &str, body: &str) -> Result<()> {
        self.connection().execute(
            "INSERT INTO messages (queue, id, body) VALUES (?1, ?2, ?3)",
            [queue, id, body],
        )?;
        Ok(())
    }

    /// What is in a queue, oldest first: `limit` messages at most.
    pub fn messages(&self, queue: &str, limit: usize) -> Result<Vec<Message>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(
            "SELECT id, body, receives FROM messages WHERE queue = ?1 ORDER BY number LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let messages = select.query_map(params![queue, limit], |row| {
            Ok(Message {
                id: row.get(0)?,
                body: row.get(1)?,
                receives: row.get(2)?,
            })
        });
        Ok(messages?.collect::<rusqlite::Result<_>>()?)
    }

    /// Counts a delivery of these messages.
    pub fn count_receives(&self, messages: &[Message]) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for message in messages {
            let update = "UPDATE messages SET receives = ?2 WHERE id = ?1";
            transaction.execute(update, params![message.id, message.receives])?;
        }
        Ok(transaction.commit()?)
    }

    /// Takes messages out of their queue, and puts some of them into the queue of dead letters: both,
    /// or neither.
    pub fn complete_messages(
        &self,
        handled: &[&Message],
        dead: &[&Message],
        dead_letters: &str,
    ) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for message in handled.iter().chain(dead) {
            transaction.execute("DELETE FROM messages WHERE id = ?1", [&message.id])?;
        }
        for message in dead {
            transaction.execute(
                "INSERT INTO messages (queue, id, body) VALUES (?1, ?2, ?3)",
                [dead_letters, &message.id, &message.body],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Up to where each event source mapping has handled the stream.
    pub fn checkpoints(&self) -> Result<BTreeMap<String, SequenceNumber>> {
        let connection = self.connection();
        let mut select = connection.prepare("SELECT mapping, sequence_number FROM checkpoints")?;
        let rows = select.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        });
        let rows: Vec<(String, String)> = rows?.collect::<rusqlite::Result<_>>()?;
        let parse = |(mapping, number): (String, String)| {
            SequenceNumber::parse(&number).map(|number| (mapping, number))
        };
        Ok(rows.into_iter().filter_map(parse).collect())
    }

    /// Moves these checkpoints.
    pub fn save_checkpoints(&self, checkpoints: &[(&str, SequenceNumber)]) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for (mapping, number) in checkpoints {
            transaction.execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?1, ?2)",
                params![mapping, number.to_string()],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes that a step of the start has begun.
    pub fn begin(&self, step: &str) -> Result<()> {
        let insert = "INSERT OR IGNORE INTO unfinished VALUES (?1)";
        self.connection().execute(insert, [step])?;
        Ok(())
    }

    /// Notes that a step of the start is complete, or not wanted.
    pub fn end(&self, step: &str) -> Result<()> {
        let delete = "DELETE FROM unfinished WHERE step = ?1";
        self.connection().execute(delete, [step])?;
        Ok(())
    }

    /// Whether an earlier start was stopped in this step.
    pub fn is_unfinished(&self, step: &str) -> Result<bool> {
        let connection = self.connection();
        let mut select = connection.prepare("SELECT 1 FROM unfinished WHERE step = ?1")?;
        Ok(select.exists([step])?)
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Makes the tables, or what the version without a number lacks: the time of a mail, and what
/// EventBridge adds to an event.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction()?;
    if transaction.table_exists(None, "mails")?
        && !transaction.column_exists(None, "mails", "time")?
    {
        transaction.execute_batch("ALTER TABLE mails ADD COLUMN time TEXT NOT NULL DEFAULT ''")?;
        let mut events = transaction.prepare("SELECT number, event FROM events")?;
        let events = events.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        for (number, event) in events.collect::<rusqlite::Result<Vec<(i64, String)>>>()? {
            let event: Value = serde_json::from_str(&event).unwrap_or_default();
            let event = delivered_event(&event["id"], &event, event["detail"].clone());
            let update = "UPDATE events SET event = ?2 WHERE number = ?1";
            transaction.execute(update, params![number, event.to_string()])?;
        }
    }
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    Ok(Mail {
        number: row.get("number")?,
        id: row.get("id")?,
        from: row.get("sender")?,
        to: row.get("recipient")?,
        subject: row.get("subject")?,
        text: row.get("text")?,
        html: row.get("html")?,
        raw: row.get("raw")?,
        time: row.get("time")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_newest_thousand_mails_and_events_are_kept() {
        let state = State::open(None).unwrap();
        let request = json!({
            "FromEmailAddress": "roster@example.com",
            "Destination": { "ToAddresses": ["ada@example.com"] },
            "Content": { "Simple": {
                "Subject": { "Data": "Hello" },
                "Body": { "Text": { "Data": "Hello" }, "Html": { "Data": "Hello" } },
            } },
        });
        for number in 1..=1003 {
            let (mut mail, _) = Mail::of(&request).unwrap();
            state.add_mail(&mut mail).unwrap();
            assert_eq!(mail.number, number);
            state.add_events(&[json!(number)]).unwrap();
        }
        let numbers: Vec<i64> = state.mails().unwrap().iter().map(|m| m.number).collect();
        assert_eq!(numbers, (4..=1003).collect::<Vec<_>>());
        let events: Vec<Value> = (4..=1003).map(|number| json!(number)).collect();
        assert_eq!(state.events().unwrap(), events);
        assert!(state.mail(3).unwrap().is_none() && state.mail(4).unwrap().is_some());
    }
}
