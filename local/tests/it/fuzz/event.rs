//! Changes of what API Gateway, the stream and the queue hand over. Its form stays what AWS makes it
//! whatever a caller sends: a header is a text, a body is a text, perhaps in base64.

use super::{choices::Choices, mutate};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// The headers that Roster reads.
const HEADERS: &[&str] = &[
    "authorization",
    "x-apitoken",
    "content-type",
    "idempotency-key",
    "host",
    "x-forwarded-proto",
    "accept-language",
];

/// What of a request is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Anything,
    /// A token, wherever it is in a header.
    Token,
    Authorization,
    /// Where a page starts, in the query and the body.
    Cursor,
    Body,
}

/// Changes one thing in a request. Parts of `other`, a request too, may take the place of parts of it.
pub fn change(event: &mut Value, other: &Value, part: Part, choices: &mut Choices) {
    match part {
        Part::Token => token(event, choices),
        Part::Authorization => authorization(event, choices),
        Part::Cursor if choices.below(2) == 0 => query(event, other, choices),
        Part::Cursor | Part::Body => body(event, other, choices),
        // Seldom the credentials, without which nothing else is looked at.
        Part::Anything => match choices.below(10) {
            0..=5 => body(event, other, choices),
            6 => query(event, other, choices),
            7 => path(event, choices),
            _ => header(event, other, choices),
        },
    }
}

fn texts<'a>(event: &'a mut Value, of: &str) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    event[of].as_object_mut().into_iter().flatten()
}

fn token(event: &mut Value, choices: &mut Choices) {
    for (_, value) in texts(event, "headers") {
        let found = value.as_str().unwrap();
        if let Some(at) = found.find("rst_") {
            let (scheme, token) = found.split_at(at);
            *value = json!(format!("{scheme}{}", mutate::text(token, choices)));
        }
    }
}

fn authorization(event: &mut Value, choices: &mut Choices) {
    let name = match event["headers"]["x-apitoken"].is_string() {
        true => "x-apitoken",
        false => "authorization",
    };
    let header = event["headers"][name].as_str().unwrap_or_default();
    let basic = header.strip_prefix("Basic ").filter(|_| choices.once_in(2));
    let credentials = basic.and_then(|basic| STANDARD.decode(basic).ok());
    let changed = match credentials.map(String::from_utf8) {
        Some(Ok(text)) => format!("Basic {}", STANDARD.encode(mutate::text(&text, choices))),
        _ => mutate::text(header, choices),
    };
    event["headers"][name] = json!(changed);
}

fn header(event: &mut Value, other: &Value, choices: &mut Choices) {
    let name = *choices.of(HEADERS);
    let headers = event["headers"].as_object_mut().unwrap();
    match choices.below(6) {
        0 => drop(headers.remove(name)),
        1 => {
            let theirs = other["headers"][name].as_str().unwrap_or_default();
            headers.insert(name.into(), json!(theirs));
        }
        _ => {
            let value = headers
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default();
            let value = mutate::text(value, choices);
            headers.insert(name.into(), json!(value));
        }
    }
}

fn query(event: &mut Value, other: &Value, choices: &mut Choices) {
    let own = event["rawQueryString"].as_str().unwrap_or_default();
    let theirs = other["rawQueryString"].as_str().unwrap_or_default();
    let changed = match choices.below(4) {
        0 => format!("{own}&{theirs}"),
        _ => mutate::text(own, choices),
    };
    event["rawQueryString"] = json!(changed);
}

/// A variable of the path, or the path itself, which only the default route and links read.
fn path(event: &mut Value, choices: &mut Choices) {
    for (_, value) in texts(event, "pathParameters") {
        *value = json!(mutate::text(value.as_str().unwrap(), choices));
    }
    let http = &mut event["requestContext"]["http"];
    for name in ["path", "method"] {
        if choices.once_in(2) {
            let changed = mutate::text(http[name].as_str().unwrap(), choices);
            http[name] = json!(changed);
        }
    }
}

/// The bytes of a body.
pub fn body_of(event: &Value) -> Vec<u8> {
    let body = event["body"].as_str().unwrap_or_default();
    match event["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(body).unwrap_or_default(),
        _ => body.as_bytes().to_vec(),
    }
}

fn body(event: &mut Value, other: &Value, choices: &mut Choices) {
    let (mut bytes, theirs) = (body_of(event), body_of(other));
    let parsed = serde_json::from_slice::<Value>(&bytes).ok();
    match (choices.below(10), parsed) {
        (0..=6, Some(mut value)) => {
            let theirs = serde_json::from_slice(&theirs).unwrap_or_default();
            mutate::json(&mut value, &theirs, choices);
            bytes = value.to_string().into();
        }
        (7, _) => bytes = theirs,
        (8, _) => {
            let at = choices.below(bytes.len() + 1);
            bytes.splice(at..at, [choices.below(256) as u8]);
        }
        _ => bytes = mutate::text(&String::from_utf8_lossy(&bytes), choices).into(),
    }
    let body = match String::from_utf8(bytes) {
        Ok(text) if !choices.once_in(4) => (text, false),
        Ok(text) => (STANDARD.encode(text), true),
        Err(error) => (STANDARD.encode(error.as_bytes()), true),
    };
    (event["body"], event["isBase64Encoded"]) = (json!(body.0), json!(body.1));
}

/// Changes one thing in a record of the table's stream.
pub fn change_stream(batch: &mut Value, other: &Value, choices: &mut Choices) {
    let records = batch["Records"].as_array_mut().unwrap();
    let at = choices.below(records.len());
    if let Some(record) = records.get_mut(at) {
        mutate::json(record, &other["Records"][0], choices);
    }
}

/// Changes one thing in a message of the queue: what its sender wrote, or how often it came.
pub fn change_queue(batch: &mut Value, other: &Value, choices: &mut Choices) {
    let records = batch["Records"].as_array_mut().unwrap();
    let at = choices.below(records.len());
    let Some(record) = records.get_mut(at) else {
        return;
    };
    if choices.once_in(8) {
        let count = mutate::text("1", choices);
        record["attributes"]["ApproximateReceiveCount"] = json!(count);
        return;
    }
    let text = record["body"].as_str().unwrap_or_default();
    let changed = match serde_json::from_str::<Value>(text) {
        Ok(mut value) if !choices.once_in(4) => {
            let theirs = other["Records"][0]["body"].as_str().unwrap_or_default();
            let theirs = serde_json::from_str(theirs).unwrap_or_default();
            mutate::json(&mut value, &theirs, choices);
            value.to_string()
        }
        _ => mutate::text(text, choices),
    };
    record["body"] = json!(changed);
}
