//! How the stream feeds a function: in lanes side by side, each in order, until a record is old.

use crate::testkit::Lanes;
use roster_domain::Timestamp;
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

fn record(partition: &str, sequence: u32) -> Value {
    let keys = json!({ "PK": { "S": partition }, "SK": { "S": format!("USER#{sequence}") } });
    json!({ "dynamodb": { "Keys": keys, "SequenceNumber": sequence.to_string() } })
}

fn now() -> Timestamp {
    "2026-11-21T18:00:00.000Z".parse().unwrap()
}

fn sequences(batch: &Value) -> Vec<String> {
    let records = batch["Records"].as_array().unwrap().iter();
    let sequence = |record: &Value| {
        record["dynamodb"]["SequenceNumber"]
            .as_str()
            .unwrap()
            .into()
    };
    records.map(sequence).collect()
}

fn failed(sequence: &str) -> Value {
    json!({ "batchItemFailures": [{ "itemIdentifier": sequence }] })
}

/// Longer than a batch that failed rests.
async fn rest() {
    tokio::time::sleep(Duration::from_millis(110)).await;
}

#[tokio::test]
async fn a_partition_keeps_its_order_and_holds_up_no_other_lane() {
    let mut lanes = Lanes::new(10, None);
    let partitions: Vec<String> = (0..40).map(|number| format!("ACCOUNT#{number}")).collect();
    let records: Vec<Value> = (0..400)
        .map(|sequence| record(&partitions[sequence as usize % 40], sequence))
        .collect();
    lanes.take(&records, now());
    // A lane at work gets nothing, however long it works.
    let stuck = lanes.batches(now());
    assert!(stuck.len() > 5, "{} lanes", stuck.len());
    assert!(lanes.batches(now()).is_empty());
    let (slow, slow_batch) = &stuck[0];
    let mut seen: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut lane_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut note = |lane: usize, batch: &Value| {
        for record in batch["Records"].as_array().unwrap() {
            let partition = record["dynamodb"]["Keys"]["PK"]["S"].as_str().unwrap();
            let sequence = record["dynamodb"]["SequenceNumber"].as_str().unwrap();
            let known = lane_of.entry(partition.to_owned()).or_insert(lane);
            assert_eq!(*known, lane, "{partition}");
            let of_it = seen.entry(partition.to_owned()).or_default();
            of_it.push(sequence.parse().unwrap());
        }
    };
    let mut work = stuck[1..].to_vec();
    while !work.is_empty() {
        for (lane, batch) in work {
            note(lane, &batch);
            lanes.end(lane, Some(&json!({ "batchItemFailures": [] })));
        }
        work = lanes.batches(now());
    }
    let held_up: Vec<_> = lane_of.values().filter(|lane| *lane == slow).collect();
    assert!(held_up.is_empty() && lane_of.len() > 20, "{lane_of:?}");
    assert!(lanes.is_busy(), "the slow lane is at work");
    lanes.end(*slow, Some(&json!({})));
    let (_, next) = &lanes.batches(now())[0];
    assert_ne!(sequences(next), sequences(slow_batch));
    for (partition, sequences) in seen {
        assert!(
            sequences.is_sorted() && sequences.len() == 10,
            "{partition}"
        );
    }
}

#[tokio::test]
async fn a_failed_batch_comes_again_until_it_is_too_old() {
    let mut lanes = Lanes::new(1, None);
    lanes.take(&[record("A", 1), record("A", 2), record("A", 3)], now());
    let later = now() + Duration::from_secs(60);
    for _ in 0..20 {
        let (lane, batch) = lanes.batches(later).remove(0);
        assert_eq!(sequences(&batch), ["1", "2"]);
        // Without an answer, as when the function times out, the whole batch failed.
        lanes.end(lane, None);
        assert!(lanes.batches(later).is_empty(), "it rests");
        rest().await;
    }
    let (lane, _) = lanes.batches(later).remove(0);
    lanes.end(lane, Some(&failed("2")));
    rest().await;
    lanes.take(&[record("A", 4)], later);
    let (lane, batch) = lanes.batches(later).remove(0);
    assert_eq!(
        sequences(&batch),
        ["2", "3"],
        "what was handled does not come again"
    );
    lanes.end(lane, Some(&failed("2")));
    rest().await;
    assert!(lanes.dead_letters().is_empty());
    let too_late = later + Duration::from_millis(1);
    let (_, batch) = lanes.batches(too_late).remove(0);
    assert_eq!(sequences(&batch), ["4"]);
    let letters = lanes.dead_letters();
    let [letter] = &letters[..] else {
        panic!("{letters:?}")
    };
    let letter: Value = serde_json::from_str(letter).unwrap();
    let expected = json!({ "batchSize": 2, "startSequenceNumber": "2", "endSequenceNumber": "3" });
    assert_eq!(letter["DDBStreamBatchInfo"], expected);
}

#[tokio::test]
async fn a_batch_is_given_up_after_its_number_of_tries() {
    let mut lanes = Lanes::new(1, Some(1));
    lanes.take(&[record("A", 1), record("A", 2)], now());
    for tries in 0..2 {
        assert!(lanes.dead_letters().is_empty(), "{tries}");
        let (lane, _) = lanes.batches(now()).remove(0);
        lanes.end(lane, Some(&failed("1")));
        rest().await;
    }
    assert_eq!(lanes.dead_letters().len(), 1);
    assert!(!lanes.is_busy());
}

/// After a stop the stream goes on there: nothing that a lane had yet to handle may be before it.
#[tokio::test]
async fn the_checkpoint_is_before_the_oldest_record_of_the_slowest_lane() {
    let mut lanes = Lanes::new(10, None);
    assert_eq!(lanes.checkpoint(), None);
    let records: Vec<Value> = (1..=40)
        .map(|sequence| record(&format!("ACCOUNT#{}", sequence % 20), sequence))
        .collect();
    lanes.take(&records, now());
    assert_eq!(lanes.checkpoint().as_deref(), Some("0"));
    let (slow, slow_batch) = lanes.batches(now()).remove(3);
    let mut batches = lanes.batches(now());
    assert!(batches.is_empty(), "all are at work");
    for lane in (0..10).filter(|lane| *lane != slow) {
        lanes.end(lane, Some(&json!({})));
    }
    loop {
        batches = lanes.batches(now());
        if batches.is_empty() {
            break;
        }
        for (lane, _) in &batches {
            lanes.end(*lane, Some(&json!({})));
        }
    }
    let oldest: u32 = sequences(&slow_batch)[0].parse().unwrap();
    assert_eq!(lanes.checkpoint(), Some((oldest - 1).to_string()));
    lanes.end(slow, Some(&json!({})));
    while let Some((lane, _)) = lanes.batches(now()).pop() {
        lanes.end(lane, Some(&json!({})));
    }
    assert_eq!(lanes.checkpoint().as_deref(), Some("40"));
}

#[tokio::test]
async fn what_is_before_the_checkpoint_is_not_handled_again() {
    let mut lanes = Lanes::after(Some("2"), 1, None);
    assert_eq!(lanes.checkpoint().as_deref(), Some("2"));
    lanes.take(&[record("A", 1), record("A", 2), record("A", 3)], now());
    let (_, batch) = lanes.batches(now()).remove(0);
    assert_eq!(sequences(&batch), ["3"]);
}
