use crate::{AdminError, options::ImportArgs};
use serde_json::json;
use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// The file of lines that were not imported, and why. There is none if all were.
pub(super) struct RejectedFile {
    path: PathBuf,
    /// Whether the operator named it: then it is a new file, and nothing of theirs is lost.
    is_named: bool,
    file: Option<BufWriter<File>>,
    count: u64,
}

impl RejectedFile {
    /// # Errors
    /// The file that was named is there already, as the one that is imported is.
    pub(super) fn of(args: &ImportArgs) -> Result<Self, AdminError> {
        let named = args.rejected.clone();
        if let Some(path) = named.as_ref().filter(|path| path.exists()) {
            let path = path.display();
            return Err(AdminError::new(format!(
                "{path} is there already. Name another file with --rejected."
            )));
        }
        let is_named = named.is_some();
        let own = || args.file.with_added_extension("rejected.jsonl");
        Ok(Self {
            path: named.unwrap_or_else(own),
            is_named,
            file: None,
            count: 0,
        })
    }

    /// Says why a line was rejected. The line itself may have a hash and is not repeated.
    pub(super) fn add(&mut self, line: u64, reason: &str) -> Result<(), AdminError> {
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            options.write(true);
            match self.is_named {
                true => options.create_new(true),
                false => options.create(true).truncate(true),
            };
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

    /// That of an earlier run is no longer true, unless this one wrote nothing.
    pub(super) fn finish(&mut self, dry_run: bool) -> Result<(), AdminError> {
        match self.file.as_mut() {
            Some(file) => file.flush()?,
            None if dry_run || self.is_named => {}
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
