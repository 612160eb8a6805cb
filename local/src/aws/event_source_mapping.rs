//! Lambda's part: brings the table's stream to the functions, tries again what failed, and gives up
//! where the template says so.

use super::{
    fake_aws::{DEAD_LETTERS, FakeAws},
    state::StateError,
    stream::SequenceNumber,
    template::StreamMapping,
};
use roster_domain::Timestamp;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash, Hasher},
    time::{Duration, Instant},
};

/// How long a batch that failed rests before it is tried again. Lambda waits longer each time.
const REST: Duration = Duration::from_millis(100);

/// An event source mapping at work: as many lanes side by side as its parallelization factor says.
///
/// A record's lane follows from its partition key. That keeps the order that AWS promises, which is
/// that of an item's own records (<https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>), and
/// more: AWS does not say which lane the other items of a partition take.
pub struct EventSourceMapping {
    mapping: StreamMapping,
    lanes: Vec<Lane>,
    /// The last record that was taken, or passed over.
    last_read: Option<SequenceNumber>,
}

impl EventSourceMapping {
    /// One that has brought nothing yet.
    pub fn new(mapping: StreamMapping) -> Self {
        Self::after(mapping, None)
    }

    /// One that handled every record up to `checkpoint` before the program was stopped.
    pub fn after(mapping: StreamMapping, checkpoint: Option<SequenceNumber>) -> Self {
        let lanes = (0..mapping.lanes).map(|_| Lane::default()).collect();
        Self {
            mapping,
            lanes,
            last_read: checkpoint,
        }
    }

    /// The binary of its function.
    pub fn binary(&self) -> &str {
        &self.mapping.binary
    }

    /// Takes the records that its filters let through, which came at `now`. Records up to the
    /// checkpoint that it started after come again when another mapping is not as far, and are passed
    /// over.
    pub fn take(&mut self, records: &[Value], now: Timestamp) {
        for record in records {
            let number = SequenceNumber::of(record);
            if number <= self.last_read {
                continue;
            }
            self.last_read = number;
            if self.mapping.takes(record) {
                let lane = lane_of(record, self.lanes.len());
                self.lanes[lane].waiting.push_back((now, record.clone()));
            }
        }
    }

    /// Where to go on after a stop: up to here every record was handled, given up, or passed over. A
    /// lane that is ahead of another handles some records again then.
    pub fn checkpoint(&self) -> Option<SequenceNumber> {
        let fronts = self.lanes.iter().filter_map(|lane| lane.waiting.front());
        let oldest = fronts.filter_map(|(_, record)| SequenceNumber::of(record));
        match oldest.min() {
            Some(unhandled) => unhandled.previous(),
            None => self.last_read,
        }
    }

    /// The next batch of every lane that has one and is not at work, with the lane's number. What has
    /// become too old by `now` goes to the dead letters instead.
    pub fn batches(&mut self, now: Timestamp, aws: &FakeAws) -> Vec<(usize, Value)> {
        let mut batches = Vec::new();
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if lane.is_at_rest() {
                log(lane.give_up_old(&self.mapping, now, aws));
                batches.extend(lane.batch(&self.mapping).map(|batch| (number, batch)));
            }
        }
        batches
    }

    /// What the function says of the batch of a lane: from the first record that failed on, it comes
    /// again, until it has come often enough. Whatever is no such answer fails the whole batch.
    pub fn complete(&mut self, lane: usize, response: Option<&Value>, aws: &FakeAws) {
        log(self.lanes[lane].complete(&self.mapping, response, aws));
    }

    /// Whether anything waits, at work or not.
    pub fn is_busy(&self) -> bool {
        self.lanes.iter().any(|lane| !lane.waiting.is_empty())
    }
}

/// A dead letter that cannot be kept is written again later: its records stay in their lane.
fn log(outcome: Result<(), StateError>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "records cannot be given up");
    }
}

/// The same for all records of a partition.
fn lane_of(record: &Value, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    record["dynamodb"]["Keys"]["PK"]["S"]
        .as_str()
        .hash(&mut hasher);
    (hasher.finish() % lanes as u64) as usize
}

/// Records that are brought one batch after the other.
#[derive(Default)]
struct Lane {
    /// With the time at which each came.
    waiting: VecDeque<(Timestamp, Value)>,
    /// How many of them are with the function.
    at_work: usize,
    tries: u64,
    rests_until: Option<Instant>,
}

impl Lane {
    fn is_at_rest(&self) -> bool {
        let rested = self.rests_until.is_none_or(|until| until <= Instant::now());
        self.at_work == 0 && rested
    }

    fn batch(&mut self, mapping: &StreamMapping) -> Option<Value> {
        self.at_work = self.waiting.len().min(mapping.batch_size);
        let records = self.waiting.iter().take(self.at_work);
        let records: Vec<&Value> = records.map(|(_, record)| record).collect();
        (!records.is_empty()).then(|| json!({ "Records": records }))
    }

    fn complete(
        &mut self,
        mapping: &StreamMapping,
        response: Option<&Value>,
        aws: &FakeAws,
    ) -> Result<(), StateError> {
        let size = std::mem::take(&mut self.at_work);
        let first = match response {
            Some(response) => self.first_failure(size, response),
            None => Some(0),
        };
        self.waiting.drain(..first.unwrap_or(size));
        let Some(first) = first else {
            self.tries = 0;
            return Ok(());
        };
        self.rests_until = Some(Instant::now() + REST);
        self.tries += 1;
        if mapping.retries.is_some_and(|retries| self.tries > retries) {
            self.give_up(size - first, "RetryAttemptsExhausted", mapping, aws)?;
        }
        Ok(())
    }

    fn first_failure(&self, size: usize, response: &Value) -> Option<usize> {
        let failures = response["batchItemFailures"].as_array();
        let failed: Vec<String> = failures
            .into_iter()
            .flatten()
            .map(|failure| text(&failure["itemIdentifier"]))
            .collect();
        let mut batch = self.waiting.iter().take(size);
        batch.position(|(_, record)| failed.contains(&sequence(record)))
    }

    fn give_up_old(
        &mut self,
        mapping: &StreamMapping,
        now: Timestamp,
        aws: &FakeAws,
    ) -> Result<(), StateError> {
        let Some(max_age) = mapping.max_age else {
            return Ok(());
        };
        let old = self.waiting.iter();
        let old = old.take_while(|(came, _)| now.since(*came) > max_age);
        let count = old.count();
        match count {
            0 => Ok(()),
            _ => self.give_up(count, "RecordAgeExceeded", mapping, aws),
        }
    }

    /// The first `count` records are tried no more.
    fn give_up(
        &mut self,
        count: usize,
        condition: &str,
        mapping: &StreamMapping,
        aws: &FakeAws,
    ) -> Result<(), StateError> {
        let place = |index: usize| self.waiting.get(index).map(|(_, record)| sequence(record));
        let letter = json!({
            "requestContext": {
                "functionArn": mapping.binary,
                "condition": condition,
                "approximateInvokeCount": self.tries,
            },
            "DDBStreamBatchInfo": {
                "batchSize": count,
                "startSequenceNumber": place(0),
                "endSequenceNumber": place(count - 1),
            },
        });
        aws.send(DEAD_LETTERS, letter.to_string())?;
        self.waiting.drain(..count);
        self.tries = 0;
        Ok(())
    }
}

fn sequence(record: &Value) -> String {
    text(&record["dynamodb"]["SequenceNumber"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
