//! How long a request takes with 50,000 writes behind it: measured, not checked.
//!
//! ```sh
//! cargo test -p roster-local --test it -- --ignored --nocapture data_folder_figures
//! ```
//!
//! `ROSTER_BINARY` names another program to measure, `WRITES` another number.

use crate::testkit::{Program, SAMPLE_TOKEN};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::tempdir;

/// Clients that write at the same time.
const WRITERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and checks nothing"]
async fn figures() {
    let writes = env::var("WRITES").map_or(50_000, |writes| writes.parse().unwrap());
    let folder = tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    report(&program, folder.path(), "new").await;
    let started = Instant::now();
    write(&program, writes).await;
    let each = started.elapsed() / u32::try_from(writes).unwrap();
    println!("{writes} writes, {WRITERS} at once: {each:?} each");
    report(&program, folder.path(), "full").await;
    program.kill();
    let started = Instant::now();
    let program = Program::start(folder.path(), &[]);
    println!("started again in {:?}", started.elapsed());
    report(&program, folder.path(), "again").await;
}

/// Writes Ada's activity, as her requests do.
async fn write(program: &Program, writes: usize) {
    let scan = json!({ "TableName": "roster", "FilterExpression": "username = :ada",
                       "ExpressionAttributeValues": { ":ada": { "S": "ada" } } });
    let (_, found) = program.dynamodb("Scan", &scan).await;
    let item = &found["Items"][0];
    let key = json!({ "PK": item["PK"], "SK": item["SK"] });
    let writer = async || {
        for _ in 0..writes / WRITERS {
            let update = json!({ "TableName": "roster", "Key": key,
                "UpdateExpression": "SET activity = :now",
                "ExpressionAttributeValues": { ":now": { "S": "2026-11-21T18:00:00.000Z" } } });
            let (status, body) = program.dynamodb("UpdateItem", &update).await;
            assert_eq!(status, 200, "{body}");
        }
    };
    tokio::join!(writer(), writer(), writer(), writer());
}

async fn report(program: &Program, folder: &Path, state: &str) {
    let started = Instant::now();
    program.sign_up(&format!("{state}-katherine")).await;
    let email = format!("{state}-katherine@example.com");
    let came = |list: &[Value]| list.iter().any(|mail| mail["to"] == email);
    program.list("/outbox", came).await;
    let mail = started.elapsed();
    let put = median(async |number| {
        let body = json!({ "user_alias": format!("{state}{number}"), "locale": "Europe/London" });
        send(program, "PUT", "/v2/user", &body).await
    });
    let put = put.await;
    let create = median(async |number| {
        let body = json!({ "email": format!("{state}{number}@example.com"), "role": "user" });
        send(program, "POST", "/user/create", &body).await
    });
    let create = create.await;
    // What was written is followed up first.
    tokio::time::sleep(Duration::from_secs(10)).await;
    let (busy, idle) = (processor_time(program), Duration::from_secs(10));
    tokio::time::sleep(idle).await;
    let busy = processor_time(program) - busy;
    let percent = 100.0 * busy.as_secs_f64() / idle.as_secs_f64();
    let files = fs::read_dir(folder).unwrap();
    let bytes: u64 = files
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    println!(
        "{state}: mail {mail:?}, PUT {put:?}, create {create:?}, idle {percent:.1} % of a core, \
         {:.1} MB",
        bytes as f64 / 1e6
    );
}

async fn send(program: &Program, method: &str, path: &str, body: &Value) {
    let body = body.to_string();
    let sent = program.send(method, path, Some(SAMPLE_TOKEN), &body);
    let (status, body) = sent.await;
    assert!(matches!(status, 200 | 201), "{body}");
}

async fn median(work: impl AsyncFn(usize)) -> Duration {
    let mut times = Vec::new();
    for number in 0..21 {
        let started = Instant::now();
        work(number).await;
        times.push(started.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}

/// User and system time of the process, which Linux counts in hundredths of a second.
fn processor_time(program: &Program) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", program.pid())).unwrap_or_default();
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let times = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = times.map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(10 * ticks)
}
