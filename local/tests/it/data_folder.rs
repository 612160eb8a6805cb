//! `cargo run -- --data`: what was written is there after the program was killed, and the stream stays
//! short.

use crate::testkit::{FakeAws, Program, SAMPLE_TOKEN};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tempfile::tempdir;

/// Longer than the program pauses between two looks at the stream.
async fn look_at_stream() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

fn store(folder: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(folder.join("roster.db"), flags).unwrap()
}

fn stream_records(folder: &Path) -> u64 {
    let count = "SELECT COUNT(*) FROM _stream_records";
    store(folder)
        .query_row(count, [], |row| row.get(0))
        .unwrap()
}

fn mails_to(list: &[Value], email: &str) -> usize {
    let mails = list.iter().filter(|mail| mail["to"] == email);
    mails.count()
}

/// That the sample's owner used something.
fn usage_report() -> String {
    let report = json!({
        "eventId": "report-1", "accountId": "01a1ff43-dd00-728c-8eaf-30b8abc54d00",
        "userId": "01a1ff43-dd00-728c-8eaf-30bad7c3dfc5", "records": 3, "bytes": 4096,
        "applicationKey": "sensors", "usage": 0.25,
    });
    report.to_string()
}

async fn set_alias(program: &Program, alias: &str) {
    let body = json!({ "user_alias": alias, "locale": "Europe/London" }).to_string();
    let sent = program.send("PUT", "/v2/user", Some(SAMPLE_TOKEN), &body);
    let (status, body) = sent.await;
    assert_eq!(status, 200, "{body}");
}

#[tokio::test]
async fn a_killed_program_goes_on_where_it_was() {
    let folder = tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    program.sign_up("katherine").await;
    let to_katherine = |list: &[Value]| mails_to(list, "katherine@example.com") == 1;
    program.list("/outbox", to_katherine).await;
    set_alias(&program, "Countess").await;
    let updated = |list: &[Value]| list.iter().any(|e| e["detail-type"] == "UserUpdated");
    program.list("/events", updated).await;
    look_at_stream().await;
    let lists = ["/outbox", "/events"];
    let mut before = Vec::new();
    for list in lists {
        before.push(program.get(list, None).await);
    }
    let (status, _) = program.send("POST", "/usage", None, &usage_report()).await;
    assert_eq!(status, 202);
    program.kill();

    let program = Program::start(folder.path(), &[]);
    look_at_stream().await;
    for (list, before) in lists.iter().zip(&before) {
        // Nothing is forgotten, and nothing comes from the beginning of the stream once more.
        assert_eq!(program.get(list, None).await, *before, "{list}");
    }
    let (status, profile) = program.get("/v2/user", Some(SAMPLE_TOKEN)).await;
    assert_eq!(
        (status, &profile[0]["user_alias"]),
        (200, &json!("Countess"))
    );
    program.sign_up("dorothy").await;
    let to_dorothy = |list: &[Value]| mails_to(list, "dorothy@example.com") == 1;
    let mails = program.list("/outbox", to_dorothy).await;
    let numbers: Vec<_> = mails.iter().map(|mail| mail["number"].as_u64()).collect();
    assert!(numbers.is_sorted() && numbers[0] == Some(1), "{numbers:?}");
    let last = format!("/outbox/{}.txt", mails.len());
    assert_eq!(program.get(&last, None).await.0, 200);
}

#[tokio::test]
async fn a_mail_is_sent_that_was_requested_just_before_the_kill() {
    let folder = tempdir().unwrap();
    for number in 0..3 {
        let program = Program::start(folder.path(), &[]);
        program.sign_up(&format!("person{number}")).await;
        program.kill();
    }
    let program = Program::start(folder.path(), &[]);
    let all = |list: &[Value]| {
        (0..3).all(|number| mails_to(list, &format!("person{number}@example.com")) > 0)
    };
    program.list("/outbox", all).await;
}

#[test]
fn dead_letters_are_kept_in_their_order() {
    let folder = tempdir().unwrap();
    let letters: Vec<String> = (0..12).map(|number| format!("letter {number}")).collect();
    for letter in &letters {
        FakeAws::in_folder(folder.path()).send_dead_letter(letter);
    }
    let aws = FakeAws::in_folder(folder.path());
    assert_eq!(aws.dead_letters(), letters);
}

#[tokio::test]
async fn a_second_process_is_refused() {
    let folder = tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    let error = Program::start_error(folder.path(), &[]);
    let says = |text: &str| assert!(error.contains(text), "{error}");
    says(&folder.path().display().to_string());
    says("is in use by another Roster; stop that one, or choose another folder with --data");
    set_alias(&program, "Still here").await;
}

#[tokio::test]
async fn the_sample_is_put_into_an_empty_store_only() {
    let folder = tempdir().unwrap();
    let as_ada = async |program: &Program| program.get("/v2/user", Some(SAMPLE_TOKEN)).await.0;
    let program = Program::start(folder.path(), &["--empty"]);
    assert_eq!((as_ada(&program).await, program.people.len()), (401, 0));
    program.kill();
    // It is still empty.
    let program = Program::start(folder.path(), &[]);
    assert_eq!((as_ada(&program).await, program.people.len()), (200, 3));
    let members = program.get("/api/v2/users", Some(SAMPLE_TOKEN)).await.1;
    let members = members.to_string();
    assert!(members.contains("grace@example.com"), "{members}");
    let removal = json!({ "email": "grace@example.com" }).to_string();
    let removed = program.send("POST", "/user/remove", Some(SAMPLE_TOKEN), &removal);
    let (status, body) = removed.await;
    assert_eq!(status, 204, "{body}");
    program.kill();
    for options in [[].as_slice(), &["--empty"]] {
        let program = Program::start(folder.path(), options);
        // The others keep working tokens, and Grace stays away.
        assert_eq!((as_ada(&program).await, program.people.len()), (200, 3));
        let members = program.get("/api/v2/users", Some(SAMPLE_TOKEN)).await.1;
        assert!(!members.to_string().contains("grace@example.com"));
    }
}

#[tokio::test]
async fn a_store_without_the_sample_stays_without() {
    let folder = tempdir().unwrap();
    let program = Program::start(folder.path(), &["--empty"]);
    program.sign_up("katherine").await;
    program.kill();
    let program = Program::start(folder.path(), &[]);
    assert!(program.people.is_empty());
    let (status, _) = program.get("/v2/user", Some(SAMPLE_TOKEN)).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn the_stream_is_indexed_and_trimmed() {
    let folder = tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    for number in 0..20 {
        set_alias(&program, &format!("Alias {number}")).await;
    }
    // The newest record is what the next sequence number follows from.
    for _ in 0..100 {
        if stream_records(folder.path()) == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(stream_records(folder.path()), 1);
    let store = store(folder.path());
    // As dynoxide asks.
    for query in [
        "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records
         WHERE table_name = 'roster'",
        "SELECT event_name FROM _stream_records
         WHERE table_name = 'roster' AND shard_id = 's' AND CAST(sequence_number AS INTEGER) > 1
         ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 1000",
    ] {
        let mut plan = store
            .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
            .unwrap();
        let steps = plan.query_map([], |row| row.get::<_, String>("detail"));
        let steps: Vec<String> = steps.unwrap().map(Result::unwrap).collect();
        let [step] = &steps[..] else {
            panic!("{steps:?}")
        };
        let (search, index) = ("SEARCH _stream_records USING", "INDEX roster_stream_order");
        assert!(step.starts_with(search) && step.contains(index), "{step}");
    }
}
