//! How the stream is brought to a function: lanes side by side, each in order, until a record is old.

use roster_domain::Timestamp;
use roster_local::{DEAD_LETTERS, Mapping, Platform, StreamMapping};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

fn mapping(lanes: usize, retries: Option<u64>) -> Mapping {
    Mapping::new(StreamMapping {
        binary: "send-mail".into(),
        filters: vec![json!({})],
        batch_size: 2,
        retries,
        max_age: Some(Duration::from_secs(60)),
        lanes,
    })
}

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
    let platform = Platform::default();
    let mut mapping = mapping(10, None);
    let partitions: Vec<String> = (0..40).map(|number| format!("ACCOUNT#{number}")).collect();
    let records: Vec<Value> = (0..400)
        .map(|sequence| record(&partitions[sequence as usize % 40], sequence))
        .collect();
    mapping.take(&records, now());
    // A lane at work gets nothing, however long it works.
    let stuck = mapping.batches(now(), &platform);
    assert!(stuck.len() > 5, "{} lanes", stuck.len());
    assert!(mapping.batches(now(), &platform).is_empty());
    let (slow, slow_batch) = &stuck[0];
    let mut seen: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut lanes: BTreeMap<String, usize> = BTreeMap::new();
    let mut note = |lane: usize, batch: &Value| {
        for record in batch["Records"].as_array().unwrap() {
            let partition = record["dynamodb"]["Keys"]["PK"]["S"].as_str().unwrap();
            let sequence = record["dynamodb"]["SequenceNumber"].as_str().unwrap();
            let known = lanes.entry(partition.to_owned()).or_insert(lane);
            assert_eq!(*known, lane, "{partition}");
            let of_it = seen.entry(partition.to_owned()).or_default();
            of_it.push(sequence.parse().unwrap());
        }
    };
    let mut work = stuck[1..].to_vec();
    while !work.is_empty() {
        for (lane, batch) in work {
            note(lane, &batch);
            mapping.settle(lane, Some(&json!({ "batchItemFailures": [] })), &platform);
        }
        work = mapping.batches(now(), &platform);
    }
    let held_up: Vec<_> = lanes.values().filter(|lane| *lane == slow).collect();
    assert!(held_up.is_empty() && lanes.len() > 20, "{lanes:?}");
    assert!(mapping.is_busy(), "the slow lane is at work");
    mapping.settle(*slow, Some(&json!({})), &platform);
    let (_, next) = &mapping.batches(now(), &platform)[0];
    assert_ne!(sequences(next), sequences(slow_batch));
    for (partition, sequences) in seen {
        assert!(
            sequences.is_sorted() && sequences.len() == 10,
            "{partition}"
        );
    }
}

#[tokio::test]
async fn what_fails_comes_again_until_it_is_too_old() {
    let platform = Platform::default();
    let mut mapping = mapping(1, None);
    mapping.take(&[record("A", 1), record("A", 2), record("A", 3)], now());
    let later = now() + Duration::from_secs(60);
    for _ in 0..20 {
        let (lane, batch) = mapping.batches(later, &platform).remove(0);
        assert_eq!(sequences(&batch), ["1", "2"]);
        // Without an answer, as when the function times out, the whole batch failed.
        mapping.settle(lane, None, &platform);
        assert!(mapping.batches(later, &platform).is_empty(), "it rests");
        rest().await;
    }
    let (lane, _) = mapping.batches(later, &platform).remove(0);
    mapping.settle(lane, Some(&failed("2")), &platform);
    rest().await;
    mapping.take(&[record("A", 4)], later);
    let (lane, batch) = mapping.batches(later, &platform).remove(0);
    assert_eq!(
        sequences(&batch),
        ["2", "3"],
        "what was handled does not come again"
    );
    mapping.settle(lane, Some(&failed("2")), &platform);
    rest().await;
    assert!(platform.queue(DEAD_LETTERS).is_empty());
    let too_late = later + Duration::from_millis(1);
    let (_, batch) = mapping.batches(too_late, &platform).remove(0);
    assert_eq!(sequences(&batch), ["4"]);
    let letters = platform.queue(DEAD_LETTERS);
    let [letter] = &letters[..] else {
        panic!("{letters:?}")
    };
    let letter: Value = serde_json::from_str(&letter.body).unwrap();
    let expected = json!({ "batchSize": 2, "startSequenceNumber": "2", "endSequenceNumber": "3" });
    assert_eq!(letter["DDBStreamBatchInfo"], expected);
}

#[tokio::test]
async fn with_a_number_of_tries_it_is_given_up_after_them() {
    let platform = Platform::default();
    let mut mapping = mapping(1, Some(1));
    mapping.take(&[record("A", 1), record("A", 2)], now());
    for tries in 0..2 {
        assert!(platform.queue(DEAD_LETTERS).is_empty(), "{tries}");
        let (lane, _) = mapping.batches(now(), &platform).remove(0);
        mapping.settle(lane, Some(&failed("1")), &platform);
        rest().await;
    }
    assert_eq!(platform.queue(DEAD_LETTERS).len(), 1);
    assert!(!mapping.is_busy());
}
