//! The table's stream, as Lambda hands it to a function: batches of records, each of which is read,
//! handled, retried or given up by itself.

use crate::{dead_letters::DeadLetters, endpoint::chain};
use aws_lambda_events::{
    dynamodb::EventRecord,
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use roster_domain::Timestamp;
use roster_dynamodb::{Change, StoreError};
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
pub(crate) struct Place {
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
    pub(crate) place: Place,
    pub(crate) time: Timestamp,
    pub(crate) change: Change,
}

type Cause = Box<dyn Error + Send + Sync>;

/// Why a record was not handled.
#[derive(Debug)]
pub(crate) enum Setback {
    /// Something is away, or wrong with more than this record: try again.
    Later(Cause),
    /// It never will be, however often it is tried.
    Never(Cause),
}

impl From<StoreError> for Setback {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable { .. } => Self::Never(error.into()),
            // A refused permission, say, is a defect that someone mends: until then, keep trying.
            _ => Self::Later(error.into()),
        }
    }
}

/// Reads what every record has.
pub(crate) fn open(record: Value) -> Result<StreamRecord, (Place, Cause)> {
    let text = |pointer: &str| {
        let value = record.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let mut place = Place {
        key: String::new(),
        event_id: text("/eventID"),
        sequence: text("/dynamodb/SequenceNumber"),
    };
    // Keys alone, first: a record is to be named even if nothing else of it can be read.
    let keys = serde_json::from_value(record["dynamodb"]["Keys"].clone()).unwrap_or_default();
    let named = Change::new(&keys, Default::default(), Default::default());
    place.key = named.as_ref().map(Change::key).unwrap_or_default();
    if let Err(error) = named {
        return Err((place, error.into()));
    }
    // The error would quote the value that it found, so it is dropped.
    let Ok(event) = serde_json::from_value::<EventRecord>(record) else {
        return Err((place, "it is not a DynamoDB stream record".into()));
    };
    let images = event.change;
    let millis = images.approximate_creation_date_time.timestamp_millis();
    match Change::new(&images.keys, images.old_image, images.new_image) {
        Ok(change) => Ok(StreamRecord {
            place,
            time: Timestamp::from_millis(millis),
            change,
        }),
        Err(error) => Err((place, error.into())),
    }
}

/// What becomes of the records of a batch that were not handled.
pub(crate) struct Failures<'a> {
    dead_letters: &'a DeadLetters,
    response: DynamoDbEventResponse,
}

impl<'a> Failures<'a> {
    pub(crate) fn to(dead_letters: &'a DeadLetters) -> Self {
        Self {
            dead_letters,
            response: DynamoDbEventResponse::default(),
        }
    }

    /// A record to be tried again is reported to Lambda; the others go to the dead letters.
    pub(crate) async fn add(&mut self, place: &Place, setback: Setback) {
        let cause = match setback {
            Setback::Later(cause) => cause,
            Setback::Never(reason) => match self.dead_letters.send(place, reason.as_ref()).await {
                Ok(()) => return,
                Err(cause) => cause,
            },
        };
        let (key, cause) = (&place.key, chain(cause.as_ref()));
        tracing::warn!(key, cause, "the record will be tried again");
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(place.sequence.clone());
        self.response.batch_item_failures.push(failure);
    }

    /// What Lambda is told.
    pub(crate) fn into_response(self) -> DynamoDbEventResponse {
        self.response
    }
}
