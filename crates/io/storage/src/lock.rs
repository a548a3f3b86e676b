//! One program at a time: the writer gives positions from memory, so a second one on the same
//! database would give the same ones again.
//!
//! SQLite: a lock on the file `<database>.lock`, which the operating system takes back when the program ends,
//! however it ends. PostgreSQL: an advisory lock of the writing connection (`postgresql.rs`).

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::Path;

use crate::StorageError;

/// Held for as long as the writer may write.
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Takes the lock on the database at `path`, or says that another program has it.
    pub(crate) fn take(path: &Path) -> Result<Self, StorageError> {
        let mut name = OsString::from(path);
        name.push(".lock");
        let opened = File::options().create(true).truncate(false).write(true).open(&name);
        let file = opened.map_err(|error| StorageError::File { path: name.into(), error })?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StorageError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
