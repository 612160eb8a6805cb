//! The folder of `--data`: what Roster keeps between runs.

use std::{
    fmt::Display,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A data folder, held by this process until it ends, however it ends: the operating system releases
/// the lock of a killed process.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// Another process holds it.
    #[error(
        "the data folder {} is in use by another Roster; stop that one, or choose another folder \
         with --data",
        .0.display()
    )]
    InUse(PathBuf),
    /// There is a file of that name.
    #[error("the data folder {} is a file; name a folder with --data", .0.display())]
    IsFile(PathBuf),
    /// It is somebody else's.
    #[error(
        "the data folder {} cannot be written to ({error}); allow it with `chmod u+rwx`, or choose a \
         folder of yours with --data",
        .path.display()
    )]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// It cannot be created, locked or written to.
    #[error(
        "the data folder {} cannot be used ({error}); choose another folder with --data",
        .path.display()
    )]
    Io {
        /// The folder.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
}

impl DataFolder {
    /// Takes hold of the folder at `path`, which is created if it does not exist.
    ///
    /// # Errors
    /// When another process holds the folder, it is a file, or it cannot be written to.
    pub fn open(path: &Path) -> Result<Self, DataFolderError> {
        let failed = |error: io::Error| {
            let path = path.to_owned();
            match error.kind() {
                _ if path.is_file() => DataFolderError::IsFile(path),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    DataFolderError::NotWritable { path, error }
                }
                _ => DataFolderError::Io { path, error },
            }
        };
        fs::create_dir_all(path).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("roster.lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(DataFolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// What to say of a file in it that cannot be opened.
    pub(super) fn not_readable(&self, file: &str, error: &dyn Display) -> String {
        let path = self.path.display();
        format!(
            "the data folder {path} cannot be used: {file} in it is not what Roster keeps there, or \
             another program holds it ({error}); choose another folder with --data, or put a copy of \
             this one back"
        )
    }

    /// What to say of a folder that a later version has written.
    pub(super) fn too_new(&self) -> String {
        let path = self.path.display();
        format!(
            "the data folder {path} was written by a newer version of Roster than this; run that \
             version, or choose another folder with --data"
        )
    }

    /// The file of the embedded DynamoDB.
    pub(super) fn store_file(&self) -> PathBuf {
        self.path.join("roster.db")
    }

    /// The file of what the stand-ins for AWS keep.
    pub(super) fn state_file(&self) -> PathBuf {
        self.path.join("aws.db")
    }

    /// Puts a complete database file in the place of the store's file, which does not exist yet.
    pub(super) fn adopt_store(&self, complete: &Path) -> io::Result<()> {
        let file = self.store_file();
        // SQLite would replay the log of a database that somebody deleted into this one.
        remove_logs(&file)?;
        fs::rename(complete, &file)?;
        remove_logs(complete)
    }

    /// Where a new store is made. Whatever an interrupted start left there is removed.
    pub(super) fn unfinished_store_file(&self) -> io::Result<PathBuf> {
        let file = self.path.join("roster.db.new");
        remove(&file)?;
        remove_logs(&file)?;
        Ok(file)
    }
}

/// Removes the write-ahead log of a SQLite database, and its index.
fn remove_logs(database: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm"] {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        remove(Path::new(&name))?;
    }
    Ok(())
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
