//! Lambda's part: brings the table's stream to the functions, tries again what failed, and gives up
//! where the template says so.

use crate::{DEAD_LETTERS, Platform, StreamMapping, TABLE};
use dynoxide::Database;
use serde_json::{Value, json};
use std::collections::VecDeque;

/// The table's stream, from its beginning on.
pub struct Stream {
    database: Database,
    arn: String,
    iterator: String,
}

type StreamError = Box<dyn std::error::Error + Send + Sync>;

impl Stream {
    /// The stream of the table.
    ///
    /// # Errors
    /// When the table has none.
    pub fn of(database: &Database) -> Result<Self, StreamError> {
        let streams = database.list_streams(from(json!({ "TableName": TABLE }))?)?;
        let streams = serde_json::to_value(streams)?;
        let arn = text(&streams["Streams"][0]["StreamArn"]);
        let described = database.describe_stream(from(json!({ "StreamArn": arn }))?)?;
        let described = serde_json::to_value(described)?;
        let shard = text(&described["StreamDescription"]["Shards"][0]["ShardId"]);
        let iterator = database.get_shard_iterator(from(json!({
            "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON",
        }))?)?;
        Ok(Self {
            database: database.clone(),
            arn,
            iterator: iterator.shard_iterator.unwrap_or_default(),
        })
    }

    /// The records that are new, as Lambda hands them to a function.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(&mut self) -> Result<Vec<Value>, StreamError> {
        let request = json!({ "ShardIterator": self.iterator });
        let answer = self.database.get_records(from(request)?)?;
        if let Some(next) = answer.next_shard_iterator {
            self.iterator = next;
        }
        let mut records = Vec::new();
        for record in answer.records {
            let mut record = serde_json::to_value(record)?;
            record["eventSourceARN"] = json!(self.arn);
            records.push(record);
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

/// An event source mapping at work.
pub struct Mapping {
    mapping: StreamMapping,
    waiting: VecDeque<Value>,
    tries: u64,
}

impl Mapping {
    /// One that has brought nothing yet.
    pub fn new(mapping: StreamMapping) -> Self {
        Self {
            mapping,
            waiting: VecDeque::new(),
            tries: 0,
        }
    }

    /// The binary of its function.
    pub fn binary(&self) -> &str {
        &self.mapping.binary
    }

    /// Takes the records that its filters let through.
    pub fn take(&mut self, records: &[Value]) {
        let taken = records.iter().filter(|record| self.mapping.takes(record));
        self.waiting.extend(taken.cloned());
    }

    /// The next batch, if there is any.
    pub fn batch(&self) -> Option<Value> {
        let records: Vec<&Value> = self.waiting.iter().take(self.mapping.batch_size).collect();
        (!records.is_empty()).then(|| json!({ "Records": records }))
    }

    /// What the function says of [`Mapping::batch`]: from the first record that failed on, it comes
    /// again, until it has come often enough.
    pub fn settle(&mut self, response: &Value, platform: &Platform) {
        let sequence = |record: &Value| text(&record["dynamodb"]["SequenceNumber"]);
        let size = self.waiting.len().min(self.mapping.batch_size);
        let failed: Vec<String> = response["batchItemFailures"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|failure| text(&failure["itemIdentifier"]))
            .collect();
        let first = self
            .waiting
            .iter()
            .take(size)
            .position(|record| failed.contains(&sequence(record)));
        self.waiting.drain(..first.unwrap_or(size));
        if first.is_none() {
            self.tries = 0;
            return;
        }
        self.tries += 1;
        if self.tries > self.mapping.retries {
            let given_up: Vec<Value> = self.waiting.drain(..size - first.unwrap_or(0)).collect();
            let letter = json!({
                "requestContext": {
                    "functionArn": self.mapping.binary,
                    "condition": "RetryAttemptsExhausted",
                    "approximateInvokeCount": self.tries,
                },
                "DDBStreamBatchInfo": {
                    "batchSize": given_up.len(),
                    "startSequenceNumber": given_up.first().map(sequence),
                    "endSequenceNumber": given_up.last().map(sequence),
                },
            });
            platform.send(DEAD_LETTERS, letter.to_string());
            self.tries = 0;
        }
    }
}
