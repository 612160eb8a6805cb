use crate::AdminError;
use serde_json::Value;
use std::io::{BufRead, IsTerminal, Write, stderr, stdin, stdout};

/// Where a command reads and writes.
pub struct Io {
    out: Box<dyn Write + Send>,
    notes: Box<dyn Write + Send>,
    /// Whether somebody reads `out` as it is written.
    out_is_terminal: bool,
    /// Whether somebody can be asked.
    can_ask: bool,
}

impl Io {
    /// That of the process.
    pub fn of_process() -> Self {
        Self {
            out: Box::new(stdout()),
            notes: Box::new(stderr()),
            out_is_terminal: stdout().is_terminal(),
            can_ask: stdin().is_terminal() && stderr().is_terminal(),
        }
    }

    /// Results go to `out` and everything else to `notes`; nobody can be asked.
    pub fn to(out: impl Write + Send + 'static, notes: impl Write + Send + 'static) -> Self {
        Self {
            out: Box::new(out),
            notes: Box::new(notes),
            out_is_terminal: false,
            can_ask: false,
        }
    }

    pub(crate) fn out(&mut self) -> &mut (dyn Write + Send) {
        &mut self.out
    }

    pub(crate) fn out_is_terminal(&self) -> bool {
        self.out_is_terminal
    }

    /// What is not the result, but about it.
    pub(crate) fn note(&mut self, text: &str) -> Result<(), AdminError> {
        Ok(writeln!(self.notes, "{text}")?)
    }

    /// The result, as JSON or for people to read.
    pub(crate) fn show(&mut self, json: bool, value: &Value) -> Result<(), AdminError> {
        match json {
            true => writeln!(self.out, "{value:#}")?,
            false => self.out.write_all(lines_of(value).as_bytes())?,
        }
        Ok(())
    }

    /// Says what is about to be done, and asks whether to do it, unless that was answered already.
    pub(crate) fn confirm(&mut self, yes: bool, what: &str) -> Result<(), AdminError> {
        self.note(what)?;
        if yes {
            return Ok(());
        }
        if !self.can_ask {
            let text = "Nothing was done: there is nobody to ask. Add --yes to do it.";
            return Err(AdminError::new(text));
        }
        write!(self.notes, "Go on? [y/N] ")?;
        self.notes.flush()?;
        let mut answer = String::new();
        stdin().lock().read_line(&mut answer)?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(AdminError::new("Nothing was done.")),
        }
    }
}

/// A line for each field.
fn lines_of(value: &Value) -> String {
    let Value::Object(fields) = value else {
        return format!("{}\n", text_of(value));
    };
    let width = fields.keys().map(String::len).max().unwrap_or_default();
    let lines = fields.iter();
    lines
        .map(|(name, value)| format!("{name:width$}  {}\n", text_of(value)))
        .collect()
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, value)| format!("{name} {}", text_of(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
