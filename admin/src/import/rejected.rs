use crate::AdminError;
use serde_json::json;
use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// The file of lines that were not imported, and why. There is none if all were.
pub(super) struct RejectedFile {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    count: u64,
}

impl RejectedFile {
    pub(super) fn of(import: &Path, path: Option<&Path>) -> Self {
        let path = path.map(Path::to_path_buf);
        Self {
            path: path.unwrap_or_else(|| import.with_added_extension("rejected.jsonl")),
            file: None,
            count: 0,
        }
    }

    /// Says why a line was rejected. The line itself may have a hash and is not repeated.
    pub(super) fn add(&mut self, line: u64, reason: &str) -> Result<(), AdminError> {
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&self.path).map_err(|error| {
                let path = self.path.display();
                AdminError::new(format!(
                    "{path} cannot be written: {error}. Name another with --rejected."
                ))
            })?;
            self.file = Some(BufWriter::new(file));
        }
        self.count += 1;
        if let Some(file) = &mut self.file {
            writeln!(file, "{}", json!({ "line": line, "reason": reason }))?;
        }
        Ok(())
    }

    /// That of an earlier run is no longer true.
    pub(super) fn finish(&mut self) -> Result<(), AdminError> {
        match self.file.as_mut() {
            Some(file) => file.flush()?,
            None => match std::fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error)?,
                _ => {}
            },
        }
        Ok(())
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
