//! `/outbox`, `/events` and `/dead-letters` of `cargo run`: pages for browsers, JSON for all others; and
//! what the home page shows of requests.

use crate::testkit::{FakeAws, Program, SAMPLE_TOKEN};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tempfile::tempdir;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// As EventBridge writes it: ISO 8601, to the second.
fn is_time(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.chars().map(digits).collect::<String>() == "0000-00-00T00:00:00Z"
}

/// <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>
fn expect_delivered(event: &Value) {
    let fields: Vec<_> = event.as_object().unwrap().keys().collect();
    let expected = [
        "account",
        "detail",
        "detail-type",
        "id",
        "region",
        "resources",
        "source",
        "time",
        "version",
    ];
    assert_eq!(fields, expected);
    assert_eq!(
        (&event["version"], &event["source"]),
        (&json!("0"), &json!("roster"))
    );
    assert_eq!(event["resources"], json!([]));
    assert!(is_time(&event["time"]), "{event}");
    assert!(event["detail"]["accountId"].is_string(), "{event}");
}

#[tokio::test]
async fn a_browser_gets_pages_and_any_other_client_json() {
    let folder = tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    program.sign_up("katherine").await;
    let mails = program.list("/outbox", |mails| mails.len() > 1).await;
    assert!(mails.iter().all(|mail| is_time(&mail["time"])), "{mails:?}");
    let events = program.list("/events", |events| events.len() > 1).await;
    events.iter().for_each(expect_delivered);
    for path in ["/outbox", "/events", "/dead-letters"] {
        let (status, kind, policy, page) = program.page(path, BROWSER).await;
        assert_eq!((status, &*kind), (200, "text/html; charset=utf-8"));
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(
            page.contains(&format!("<body data-path=\"{path}\">")),
            "{page}"
        );
        assert!(page.contains(&format!("<a href=\"{path}\" aria-current=\"page\">")));
        let (status, kind, _, list) = program.page(path, "*/*").await;
        assert_eq!((status, &*kind), (200, "application/json"));
        assert!(list.ends_with("]\n"), "{list}");
    }
    let (_, newest) = program.get("/events?newest=1", None).await;
    assert_eq!(newest, json!([events.last().unwrap()]));

    // Every kind of event can be subscribed to.
    let (_, _, _, page) = program.page("/events", BROWSER).await;
    let options = page.split("<option>").skip(1);
    let options: BTreeSet<_> = options
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    let schemas = fs::read_dir(repository().join("docs/events")).unwrap();
    let kinds: BTreeSet<_> = schemas
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(options, kinds);
}

/// Calls in sequence, calls by name, RRU, WRU and dollars, as docs/design/COST.md has them.
fn documented_cost(function: &str, event: &str) -> [String; 5] {
    let page = fs::read_to_string(repository().join("docs/design/COST.md")).unwrap();
    let start = format!("| `{function}` | {event} | ");
    let row = page
        .lines()
        .find_map(|line| line.strip_prefix(&start))
        .unwrap();
    let cells: Vec<_> = row
        .trim_end_matches(" |")
        .split(" | ")
        .map(str::to_owned)
        .collect();
    cells.try_into().unwrap()
}

#[tokio::test]
async fn what_a_request_asks_of_the_store_is_what_the_documents_say() {
    let folder = tempdir().unwrap();
    let program = Program::start(folder.path(), &["--answers-only"]);
    let token = Some(SAMPLE_TOKEN);
    // The first one of an hour records the activity too.
    for _ in 0..2 {
        assert_eq!(program.get("/v2/user", token).await.0, 200);
    }
    let invite = json!({ "email": "katherine@example.com" }).to_string();
    assert_eq!(
        program
            .send("POST", "/api/v2/users", token, &invite)
            .await
            .0,
        200
    );
    assert_eq!(
        program
            .get("/v2/user?who=nobody", Some("rst_nonsense"))
            .await
            .0,
        401
    );
    let (_, log) = program.get("/home/requests", None).await;
    let requests = log["requests"].as_array().unwrap();
    assert_eq!(log["prices"]["writeUnits"], 0.625);
    assert_eq!(requests.len(), 4);
    for (request, function, event) in [
        (&requests[1], "profile-get", "200-profile"),
        (&requests[2], "members-invite", "200-invited"),
    ] {
        assert_eq!(
            (&request["function"], &request["status"]),
            (&json!(function), &json!(200))
        );
        let calls = request["calls"].as_object().unwrap();
        assert!(calls.values().all(|count| *count == 1), "{request}");
        let calls: Vec<_> = calls.keys().map(String::as_str).collect();
        let shown = [
            request["roundTrips"].to_string(),
            calls.join(", "),
            request["readUnits"].as_f64().unwrap().to_string(),
            request["writeUnits"].as_f64().unwrap().to_string(),
            format!("{:.3}", request["dollars"].as_f64().unwrap()),
        ];
        assert_eq!(shown, documented_cost(function, event), "{function}");
    }
    // A mistyped token costs nothing; and a query may hold what is nobody's business.
    let refused = &requests[3];
    assert_eq!(
        (&refused["path"], &refused["status"]),
        (&json!("/v2/user"), &json!(401))
    );
    assert_eq!(
        (&refused["calls"], &refused["dollars"]),
        (&json!({}), &json!(0.0))
    );
}

/// What the version before this one kept, in its tables.
fn keep_as_before(folder: &Path) {
    let state = Connection::open(folder.join("aws.db")).unwrap();
    state
        .execute_batch(
            "CREATE TABLE mails (
                 number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, sender TEXT NOT NULL,
                 recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL,
                 raw BLOB NOT NULL
             ) STRICT;
             CREATE TABLE events (
                 number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL
             ) STRICT;
             INSERT INTO mails (id, sender, recipient, subject, text, html, raw)
             VALUES ('1', 'roster@example.com', 'ada@example.com', 'Hello', '', '', x'00');",
        )
        .unwrap();
    let event = json!({
        "id": "event-1", "source": "roster", "detail-type": "AccountClosed", "time": 1_795_284_000.25,
        "detail": { "accountId": "account-1" },
    });
    let insert = "INSERT INTO events (event) VALUES (?1)";
    state.execute(insert, params![event.to_string()]).unwrap();
}

#[test]
fn what_an_earlier_version_kept_is_read_in_the_shape_of_today() {
    let folder = tempdir().unwrap();
    keep_as_before(folder.path());
    // The second time, there is nothing to change any more.
    for _ in 0..2 {
        let aws = FakeAws::in_folder(folder.path());
        let events = aws.events();
        expect_delivered(&events[0]);
        assert_eq!(events[0]["time"], "2026-11-21T18:00:00Z");
        assert_eq!((&events[0]["id"], events.len()), (&json!("event-1"), 1));
        let mails = aws.mails();
        assert_eq!(
            (&*mails[0].subject, &*mails[0].time, mails.len()),
            ("Hello", "", 1)
        );
    }
}

#[test]
fn a_folder_of_a_newer_version_is_left_alone() {
    let folder = tempdir().unwrap();
    let state = Connection::open(folder.path().join("aws.db")).unwrap();
    state.pragma_update(None, "user_version", 99).unwrap();
    let error = Program::start_error(folder.path(), &[]);
    let said = "was written by a newer version of Roster than this; run that version, or choose another folder";
    assert!(error.contains(said), "{error}");
    assert!(!folder.path().join("roster.db").exists());
    let version: i64 = state
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    for file in ["aws.db", "roster.db"] {
        let folder = tempdir().unwrap();
        let path = folder.path().join(file);
        let notes = "Shopping: apples, pears, and a notebook.\n".repeat(200);
        fs::write(&path, &notes).unwrap();
        let error = Program::start_error(folder.path(), &[]);
        let said = format!("{file} in it is not what Roster keeps there");
        assert!(error.contains(&said), "{error}");
        assert!(
            error.contains("choose another folder with --data"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), notes);
    }
}
