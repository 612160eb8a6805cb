//! Changes that keep the structure: of a text, and of a JSON value.

use super::choices::Choices;
use serde_json::{Map, Value, json};

/// Texts that parsers stumble over.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\0",
    "\u{feff}",
    "\u{fffd}",
    "\u{202e}",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "ſ",
    "K",
    "🦀",
    "\u{10ffff}",
    "\r\n",
    "\t",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    ":",
    ",",
    ";",
    "=",
    "&",
    "?",
    "%",
    "%00",
    "%ff",
    "%F0%9F%A6%80",
    "+",
    "/",
    "//",
    "../",
    "#",
    "@",
    "@@",
    "<",
    ">",
    "a@b.cc",
    "A@EXAMPLE.COM",
    "null",
    "true",
    "0",
    "-0",
    "-1",
    "1e309",
    "1e-400",
    "0.1",
    "00",
    "+1",
    "NaN",
    "9007199254740993",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "-9223372036854775809",
    "Basic ",
    "Bearer ",
    "basic",
    "OAuth2 ",
    "rst_",
    "rsi_",
    "rsv_",
    "limit=",
    "next=",
    "prev=",
    "username",
    "email",
    "password",
    "newPassword",
    "id",
    "owner",
    "admin",
    "user",
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain; charset=utf-16",
    "2026-11-21T18:00:00.000Z",
    "+275760-09-13T00:00:00Z",
    "Europe/London",
    "Etc/../UTC",
    "da-DK",
    "http://",
    "ACCOUNT#",
    "USER#",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
];

/// Changes one thing in a text.
pub fn text(text: &str, choices: &mut Choices) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = choices.below(characters.len() + 1);
    let length = choices.below(9).min(characters.len() - at);
    let part: String = characters[at..at + length].iter().collect();
    let by = match choices.below(10) {
        0 => String::new(),
        1 | 2 => (*choices.of(TEXTS)).to_owned(),
        3 | 4 => choices.text(),
        5 => part.repeat(2 + choices.below(7)),
        6 => part.to_uppercase(),
        7 => part.chars().rev().collect(),
        8 => (*choices.of(TEXTS)).repeat(1 << choices.below(14)),
        _ => {
            return (*choices.of(TEXTS)).to_owned();
        }
    };
    characters.splice(at..at + length, by.chars());
    characters.into_iter().collect()
}

/// Changes one thing somewhere in a value. Parts of `other` may take the place of parts of it.
pub fn json(value: &mut Value, other: &Value, choices: &mut Choices) {
    let count = nodes(value).len();
    let pointer = nodes(value).swap_remove(choices.below(count));
    let Some(node) = value.pointer_mut(&pointer) else {
        return;
    };
    match (choices.below(8), node) {
        (0..=3, Value::String(found)) => *found = text(found, choices),
        (0..=2, Value::Object(fields)) => field(fields, other, choices),
        (0..=2, Value::Array(items)) => {
            let at = choices.below(items.len() + 1);
            match items.get(at).cloned() {
                Some(item) if choices.once_in(2) => items.insert(at, item),
                Some(_) => drop(items.remove(at)),
                None => items.push(part(other, choices)),
            }
        }
        (4, node) => *node = part(other, choices),
        (_, node) => *node = replacement(node, choices),
    }
}

/// Adds a field, takes one away, or gives it another name.
fn field(fields: &mut Map<String, Value>, other: &Value, choices: &mut Choices) {
    let names: Vec<String> = fields.keys().cloned().collect();
    if names.is_empty() || choices.once_in(4) {
        let name = match other.as_object() {
            Some(others) if !others.is_empty() => {
                others.keys().nth(choices.below(others.len())).cloned()
            }
            _ => None,
        };
        let name = name.unwrap_or_else(|| text("", choices));
        fields.insert(name, part(other, choices));
        return;
    }
    let name = choices.of(&names);
    let value = fields.remove(name);
    if choices.once_in(2) {
        fields.insert(text(name, choices), value.unwrap_or_default());
    }
}

fn part(other: &Value, choices: &mut Choices) -> Value {
    let pointers = nodes(other);
    let pointer: &String = choices.of(&pointers);
    other.pointer(pointer).cloned().unwrap_or_default()
}

/// A value that hardly anything expects.
fn replacement(found: &Value, choices: &mut Choices) -> Value {
    match choices.below(16) {
        0 => Value::Null,
        1 => json!(choices.once_in(2)),
        2 => json!(choices.below(1 << 16)),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => json!(i64::MIN),
        6 => json!(1e300),
        7 => json!(-1e-300),
        8 => json!({}),
        9 => json!([]),
        10 => json!([found]),
        11 => json!({ "a": found }),
        // Less than serde_json reads, and what wraps it comes on top.
        12 => (0..1 << choices.below(7)).fold(found.clone(), |inner, _| json!([inner])),
        13 => json!(found.to_string()),
        14 => json!(found.as_str().and_then(|text| text.parse::<f64>().ok())),
        _ => json!(*choices.of(TEXTS)),
    }
}

/// The pointers to everything in a value, itself first.
fn nodes(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, all: &mut Vec<String>) {
        all.push(path.to_owned());
        let mut children: Vec<(String, &Value)> = Vec::new();
        match value {
            Value::Object(fields) => {
                let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
                children.extend(fields.iter().map(|(name, value)| (escaped(name), value)));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                children.extend(items.map(|(at, value)| (at.to_string(), value)));
            }
            _ => {}
        }
        for (name, child) in children {
            walk(child, &format!("{path}/{name}"), all);
        }
    }
    let mut all = Vec::new();
    walk(value, "", &mut all);
    all
}
