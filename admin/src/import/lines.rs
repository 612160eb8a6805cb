//! The lines of a file, as records.

use super::cognito::{COGNITO_USERNAME, cognito_user};
use crate::{
    AdminError,
    options::Format,
    record::{ACCOUNT, AccountRecord, Rejection, UserRecord},
};
use serde_json::{Map, Value};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

/// Longer than any line that could be imported.
const LONGEST_LINE: usize = 1024 * 1024;

/// What a line says.
pub(super) enum Entry {
    Account(AccountRecord),
    User(Box<UserRecord>),
}

/// The number of a line, and what it says.
pub(super) type Line = (u64, Result<Entry, Rejection>);

/// The lines of a file.
pub(super) struct Lines {
    size: u64,
    source: Source,
}

enum Source {
    Jsonl {
        reader: BufReader<File>,
        line: u64,
        position: u64,
    },
    Csv {
        reader: csv::Reader<File>,
        header: Vec<String>,
    },
}

impl Lines {
    /// # Errors
    /// The file cannot be read, or its name does not tell its format, or its header has an unknown column.
    pub(super) fn open(path: &Path, format: Option<Format>) -> Result<Self, AdminError> {
        let shown = path.display();
        let unreadable = |error| AdminError::new(format!("{shown} cannot be read: {error}."));
        let file = File::open(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let format = format.or(match extension.as_str() {
            "csv" => Some(Format::Csv),
            "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
            _ => None,
        });
        let source = match format {
            Some(Format::Jsonl) => Source::Jsonl {
                reader: BufReader::new(file),
                line: 0,
                position: 0,
            },
            Some(Format::Csv) => csv_source(file)?,
            None => {
                let text = format!("Which format is {shown}? Say --format jsonl or --format csv.");
                return Err(AdminError::new(text));
            }
        };
        Ok(Self { size, source })
    }

    /// Bytes of the file, and how many of them were read.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn position(&self) -> u64 {
        match &self.source {
            Source::Jsonl { position, .. } => *position,
            Source::Csv { reader, .. } => reader.position().byte(),
        }
    }

    /// The next line that has anything, with its number.
    pub(super) fn next(&mut self) -> Result<Option<Line>, AdminError> {
        match &mut self.source {
            Source::Jsonl {
                reader,
                line,
                position,
            } => next_json(reader, line, position),
            Source::Csv { reader, header } => next_csv(reader, header),
        }
    }
}

fn next_json(
    reader: &mut BufReader<File>,
    number: &mut u64,
    position: &mut u64,
) -> Result<Option<Line>, AdminError> {
    loop {
        let mut line = Vec::new();
        let read = reader.read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        *number += 1;
        *position += read as u64;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let entry = match line.len() <= LONGEST_LINE {
            true => entry_of(&line),
            false => Err("is longer than a megabyte".into()),
        };
        return Ok(Some((*number, entry)));
    }
}

fn entry_of(line: &[u8]) -> Result<Entry, Rejection> {
    let value: Value = serde_json::from_slice(line).map_err(|error| {
        // With the value that it found the error might repeat a secret.
        format!(
            "is not a JSON object in one line (column {})",
            error.column()
        )
    })?;
    let Value::Object(mut fields) = value else {
        return Err("is not a JSON object".into());
    };
    // Where there is no value is as good as where there is null.
    fields.retain(|_, value| !value.is_null());
    match fields.get("type").and_then(Value::as_str) {
        Some(ACCOUNT) => read(fields).map(Entry::Account),
        _ => read(fields).map(|user| Entry::User(Box::new(user))),
    }
}

fn read<T: serde::de::DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Rejection> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| {
        let text = error.to_string();
        // Says which field is unknown or missing; of a wrong type it would repeat the value.
        match text.starts_with("unknown field") || text.starts_with("missing field") {
            true => text,
            false => "a field has the wrong type: see the table in docs/ADMIN.md".into(),
        }
    })
}

fn csv_source(file: File) -> Result<Source, AdminError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader
        .headers()
        .map_err(|error| AdminError::new(error.to_string()))?;
    let header: Vec<String> = header
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    let is_cognito = header.iter().any(|name| name == COGNITO_USERNAME);
    let is_unknown = |name: &&String| {
        let fields = Map::from_iter([((*name).clone(), Value::Null)]);
        read::<UserRecord>(fields).is_err_and(|reason| reason.starts_with("unknown field"))
    };
    match header.iter().find(is_unknown).filter(|_| !is_cognito) {
        None => Ok(Source::Csv { reader, header }),
        Some(name) => Err(AdminError::new(format!(
            "The column `{name}` is unknown. Rename or remove it: docs/ADMIN.md has the columns."
        ))),
    }
}

fn next_csv(reader: &mut csv::Reader<File>, header: &[String]) -> Result<Option<Line>, AdminError> {
    let mut row = csv::StringRecord::new();
    let line = reader.position().line();
    match reader.read_record(&mut row) {
        Ok(false) => return Ok(None),
        Ok(true) => {}
        Err(error) if error.is_io_error() => return Err(AdminError::new(error.to_string())),
        Err(_) => return Ok(Some((line, Err("is not UTF-8".into())))),
    }
    let line = row.position().map_or(line, csv::Position::line);
    if row.len() != header.len() {
        let reason = format!("has {} columns instead of {}", row.len(), header.len());
        return Ok(Some((line, Err(reason))));
    }
    let cells = header.iter().map(String::as_str).zip(row.iter());
    let cells = cells.filter(|(_, cell)| !cell.trim().is_empty());
    let entry = match header.iter().any(|name| name == COGNITO_USERNAME) {
        true => Ok(cognito_user(&cells.collect::<Vec<_>>())),
        false => fields_of(cells).and_then(read),
    };
    Ok(Some((line, entry.map(|user| Entry::User(Box::new(user))))))
}

/// The cells as the values that JSON would have.
fn fields_of<'a>(
    cells: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Map<String, Value>, Rejection> {
    let mut fields = Map::new();
    for (name, cell) in cells {
        let cell = cell.trim();
        let value = match name {
            "verified" | "email_lost" => Value::Bool(truth(name, cell)?),
            "permissions" => {
                let names = cell
                    .split([' ', ',', ';', '|'])
                    .filter(|name| !name.is_empty());
                names.map(|name| Value::String(name.to_owned())).collect()
            }
            "preferences" | "tokens" | "named_tokens" | "token_uses" | "previous_email"
            | "storage_records" | "storage_bytes" | "usage" => {
                serde_json::from_str(cell).map_err(|_| format!("{name} must be JSON"))?
            }
            _ => Value::String(cell.to_owned()),
        };
        fields.insert(name.to_owned(), value);
    }
    Ok(fields)
}

fn truth(name: &str, cell: &str) -> Result<bool, Rejection> {
    match cell.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(format!("{name} must be true or false")),
    }
}
