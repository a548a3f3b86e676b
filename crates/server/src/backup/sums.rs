//! `SHA256SUMS`: one line for each file of a backup, as coreutils' `sha256sum` writes and checks it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{BackupError, at};

const NAME: &str = "SHA256SUMS";
/// Bytes carried at once.
const PIECE: usize = 128 * 1024;

/// The sum of each file, by its path in the backup.
#[derive(Debug, Default)]
pub(super) struct Sums(BTreeMap<PathBuf, String>);

impl Sums {
    /// Notes the sum of a file that was copied.
    pub(super) fn insert(&mut self, path: PathBuf, sum: String) {
        self.0.insert(path, sum);
    }

    /// Reads a file of the backup and notes its sum.
    pub(super) fn add(&mut self, folder: &Path, name: &str) -> Result<(), BackupError> {
        let path = folder.join(name);
        let sum = File::open(&path).and_then(|file| pass(file, io::sink())).map_err(at(&path))?;
        self.insert(PathBuf::from(name), sum);
        Ok(())
    }

    /// The files, as paths inside the backup, and their sums.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0.iter().map(|(path, sum)| (path.as_path(), sum.as_str()))
    }

    /// Writes the list, last of all, durably.
    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(NAME);
        let text: String = self.0.iter().map(|(path, sum)| format!("{sum}  {}\n", path.display())).collect();
        let write = || {
            let mut file = File::create(&path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(at(&path))
    }

    /// Reads the list. Paths that would lead out of the backup are refused.
    pub(super) fn read(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(NAME);
        let text = fs::read_to_string(&path).map_err(at(&path))?;
        let mut sums = Self::default();
        for line in text.lines() {
            let entry = line.split_once("  ").map(|(sum, path)| (sum, PathBuf::from(path)));
            match entry {
                Some((sum, path)) if path.components().all(|part| matches!(part, Component::Normal(_))) => {
                    sums.insert(path, sum.to_owned());
                }
                _ => return Err(BackupError::Broken(format!("{NAME} has a line that is none of its own"))),
            }
        }
        Ok(sums)
    }

    /// Reads every file and compares it with its sum.
    pub(super) fn check(&self, folder: &Path) -> Result<(), BackupError> {
        for (name, sum) in &self.0 {
            let path = folder.join(name);
            let found = File::open(&path).and_then(|file| pass(file, io::sink())).map_err(at(&path))?;
            if found != *sum {
                let text = format!("{} is not what was saved", name.display());
                return Err(BackupError::Broken(text));
            }
        }
        Ok(())
    }
}

/// Copies a file durably and gives its sum.
pub(super) fn copy(from: &Path, to: &Path) -> Result<String, BackupError> {
    let source = File::open(from).map_err(at(from))?;
    let write = || {
        let mut target = File::create(to)?;
        let sum = pass(source, &mut target)?;
        target.sync_all()?;
        Ok(sum)
    };
    write().map_err(at(to))
}

/// A sum that has seen everything, as it is written down.
pub(super) fn text(sum: Sha256) -> String {
    hex(&sum.finalize())
}

/// The same of its bytes.
pub(super) fn hex(sum: &[u8]) -> String {
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Passes all bytes on and gives their sum.
fn pass(mut from: impl Read, mut to: impl Write) -> io::Result<String> {
    let (mut sum, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return Ok(text(sum));
        }
        sum.update(&piece[..read]);
        to.write_all(&piece[..read])?;
    }
}
