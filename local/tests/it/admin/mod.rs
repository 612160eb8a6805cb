//! `roster-admin`, by what it does to those who use the APIs.

mod accounts;
mod erase;
mod export;
mod hashes;
mod import;
mod invitations;
mod killed;
mod names;
mod users;

use crate::testkit::{FakeAws, TestApp, account_key, user_key};
use serde_json::Value;

/// The row of a user.
fn row(app: &TestApp, account: &str, user: &str) -> Value {
    app.items()[&(account_key(account), user_key(user))].clone()
}

/// Kinds and actors of the events about a user, oldest first.
fn told(aws: &FakeAws, user: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let events = aws.events().into_iter();
    let events = events.filter(|event| event["detail"]["userId"] == user);
    events
        .map(|event| (text(&event["detail-type"]), text(&event["detail"]["actor"])))
        .collect()
}

/// A file of JSON Lines.
fn jsonl(lines: &[Value]) -> tempfile::TempPath {
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    file(&text.join("\n"), ".jsonl")
}

fn file(text: &str, extension: &str) -> tempfile::TempPath {
    let file = tempfile::Builder::new()
        .suffix(extension)
        .tempfile()
        .unwrap();
    std::fs::write(&file, text).unwrap();
    file.into_temp_path()
}

fn shown(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

/// The lines that were rejected, with the reasons.
fn rejected(ran: &Value) -> Vec<(u64, String)> {
    let path = ran["rejectedFile"].as_str().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    std::fs::remove_file(path).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|line| {
            let reason = line["reason"].as_str().unwrap().to_owned();
            (line["line"].as_u64().unwrap(), reason)
        })
        .collect()
}

/// The row of the user who has this address, as it was written.
fn imported(app: &TestApp, email: &str) -> Value {
    let mut users = app.items().into_values();
    let is_meant = |item: &Value| {
        let is_user = item["SK"]["S"]
            .as_str()
            .is_some_and(|key| key.starts_with("USER#"));
        is_user && item["email"]["S"] == email
    };
    users.find(is_meant).unwrap_or(Value::Null)
}
