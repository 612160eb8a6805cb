//! The table's stream, as Lambda hands it to a function: batches of records, each of which is read,
//! handled, retried or given up by itself.

use super::dead_letters::DeadLetters;
use crate::log::error_chain;
use aws_lambda_events::{
    dynamodb::EventRecord,
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use roster_domain::Timestamp;
use roster_dynamodb::{RowChange, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::error::Error;

/// A batch, its records unread: one that cannot be read must not keep the others from being.
#[derive(Deserialize)]
pub struct StreamBatch {
    #[serde(rename = "Records")]
    pub(crate) records: Vec<Value>,
}

/// Which record it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordId {
    /// The row's primary key, without personal data.
    pub(crate) key: String,
    /// The same on every delivery of the record.
    pub(crate) event_id: String,
    /// Where it is in the stream; what Lambda is told of a record that failed.
    #[serde(rename = "sequenceNumber")]
    pub(crate) sequence: String,
}

/// A record that can be read, as far as its keys go.
#[derive(Debug)]
pub(crate) struct StreamRecord {
    pub(crate) id: RecordId,
    pub(crate) time: Timestamp,
    pub(crate) change: RowChange,
}

type Cause = Box<dyn Error + Send + Sync>;

/// Why a record was not handled.
#[derive(Debug)]
pub(crate) enum RecordError {
    /// Something is away, or wrong with more than this record: try again.
    Retry(Cause),
    /// It never will be, however often it is tried.
    Reject(Cause),
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable { .. } => Self::Reject(error.into()),
            // A refused permission, say, is a defect that someone mends: until then, keep trying.
            _ => Self::Retry(error.into()),
        }
    }
}

/// Reads what every record has.
pub(crate) fn parse(record: Value) -> Result<StreamRecord, (RecordId, Cause)> {
    let text = |pointer: &str| {
        let value = record.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let mut id = RecordId {
        key: String::new(),
        event_id: text("/eventID"),
        sequence: text("/dynamodb/SequenceNumber"),
    };
    // Keys alone, first: a record is to be named even if nothing else of it can be read.
    let keys = serde_json::from_value(record["dynamodb"]["Keys"].clone()).unwrap_or_default();
    let named = RowChange::new(&keys, Default::default(), Default::default());
    id.key = named.as_ref().map(RowChange::key).unwrap_or_default();
    if let Err(error) = named {
        return Err((id, error.into()));
    }
    // The error would quote the value that it found, so it is dropped.
    let Ok(event) = serde_json::from_value::<EventRecord>(record) else {
        return Err((id, "it is not a DynamoDB stream record".into()));
    };
    let images = event.change;
    let millis = images.approximate_creation_date_time.timestamp_millis();
    match RowChange::new(&images.keys, images.old_image, images.new_image) {
        Ok(change) => Ok(StreamRecord {
            id,
            time: Timestamp::from_millis(millis),
            change,
        }),
        Err(error) => Err((id, error.into())),
    }
}

/// What becomes of the records of a batch that were not handled.
pub(crate) struct BatchFailures<'a> {
    dead_letters: &'a DeadLetters,
    response: DynamoDbEventResponse,
}

impl<'a> BatchFailures<'a> {
    pub(crate) fn to(dead_letters: &'a DeadLetters) -> Self {
        Self {
            dead_letters,
            response: DynamoDbEventResponse::default(),
        }
    }

    /// A record to be tried again is reported to Lambda; the others go to the dead letters.
    pub(crate) async fn add(&mut self, id: &RecordId, error: RecordError) {
        let cause = match error {
            RecordError::Retry(cause) => cause,
            RecordError::Reject(reason) => {
                match self.dead_letters.send(id, reason.as_ref()).await {
                    Ok(()) => return,
                    Err(cause) => cause,
                }
            }
        };
        let (key, cause) = (&id.key, error_chain(cause.as_ref()));
        tracing::warn!(key, cause, "the record will be tried again");
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(id.sequence.clone());
        self.response.batch_item_failures.push(failure);
    }

    /// What Lambda is told.
    pub(crate) fn into_response(self) -> DynamoDbEventResponse {
        self.response
    }
}
