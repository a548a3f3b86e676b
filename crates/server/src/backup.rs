//! Backups: a folder with the database as one file, all uploaded files wherever the server keeps them, and `SHA256SUMS` over them in
//! the form that `sha256sum --check` reads. Saving never stops a running server; restoring only ever
//! fills an empty place, and only with what is exactly what was saved.
//!
//! The database is saved before the files. A file that arrived later has no row; restoring marks every
//! file, so that the first start removes those without one.

mod files;
mod sums;

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use herold_blobs::{BlobError, Blobs};
use herold_storage::{Database, StorageError, portable};
use serde::{Deserialize, Serialize};

use crate::Config;
use crate::config::ConfigError;
use sums::Sums;

/// The form of backups that this program makes.
const FORMAT: u32 = 1;
const DATABASE: &str = "herold.db";
const MANIFEST: &str = "manifest.json";
/// The folder of uploaded files, in a backup.
const FILES: &str = "media";

/// What a backup says about itself.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    herold: String,
    server_name: String,
    created_at: i64,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Uploaded files and thumbnails.
    pub files: usize,
    /// Those of them whose bytes came from their store other than they were uploaded, by their keys. They are saved as
    /// they came.
    pub damaged: Vec<String>,
}

/// Why a backup could not be made or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The store for files refused.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The configuration of the store for files cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something is in the way.
    #[error("{} exists already; nothing was overwritten", .0.display())]
    InTheWay(PathBuf),
    /// Files are in the way.
    #[error("there are uploaded files where this server keeps them; nothing was overwritten")]
    FilesInTheWay,
    /// This is no backup, or a broken one.
    #[error("this backup cannot be used: {0}")]
    Broken(String),
}

/// Names the file of an error.
fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |error| BackupError::File { path: path.to_owned(), error }
}

/// Saves the server of `config` into `folder`, which must not exist. A backup that was interrupted is
/// left as `<folder>.partial`. Blocks.
pub fn save(config: &Config, folder: &Path, now_ms: i64) -> Result<Saved, BackupError> {
    let mut partial = folder.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    for path in [folder, &partial] {
        if path.exists() {
            return Err(BackupError::InTheWay(path.to_owned()));
        }
    }
    make_folder(&partial)?;
    portable::save(&config.database(), &partial.join(DATABASE), now_ms)?;
    let mut sums = Sums::default();
    sums.add(&partial, DATABASE)?;

    let blobs = Blobs::beside(&config.media.place(&config.data)?)?;
    let hashes = portable::hashes(&partial.join(DATABASE))?;
    let saved = wait(files::save(&blobs, &hashes, &partial, &mut sums))?;

    let manifest = Manifest {
        format: FORMAT,
        herold: env!("CARGO_PKG_VERSION").to_owned(),
        server_name: config.server_name.to_string(),
        created_at: now_ms,
    };
    let path = partial.join(MANIFEST);
    fs::write(&path, serde_json::to_vec_pretty(&manifest).unwrap_or_default()).map_err(at(&path))?;
    sums.add(&partial, MANIFEST)?;
    sums.write(&partial)?;
    fs::rename(&partial, folder).map_err(at(folder))?;
    sync_folder(folder.parent())?;
    Ok(saved)
}

/// Restores the backup in `folder` into the empty place that `config` names; answers how many files. Everything is
/// checked before anything is written; the database comes last. Blocks.
pub fn restore(config: &Config, folder: &Path, now_ms: i64) -> Result<usize, BackupError> {
    let place = config.media.place(&config.data)?;
    let database = config.database();
    if let Database::Sqlite { path } = &database
        && path.exists()
    {
        return Err(BackupError::InTheWay(path.clone()));
    }
    if !wait(async { Ok(Blobs::beside(&place)?.keys().await?) })?.is_empty() {
        return Err(BackupError::FilesInTheWay);
    }
    let sums = Sums::read(folder)?;
    sums.check(folder)?;
    check_manifest(config, folder)?;
    let saved = folder.join(DATABASE);
    let findings = portable::check(&Database::Sqlite { path: saved.clone() })?;
    if let Some(finding) = findings.first() {
        return Err(BackupError::Broken(format!("its database is damaged: {finding}")));
    }

    make_folder(&config.data)?;
    let blobs = Blobs::open(&place)?;
    let files = wait(files::restore(&blobs, folder, &sums))?;
    match &database {
        Database::Sqlite { path } => {
            let arriving = path.with_extension("restoring");
            sums::copy(&saved, &arriving)?;
            fs::rename(&arriving, path).map_err(at(path))?;
            sync_folder(path.parent())?;
        }
        Database::Postgresql(_) => {
            // The copy is brought to the newest schema; the backup stays as it is.
            let scratch = config.data.join("restoring.db");
            sums::copy(&saved, &scratch)?;
            let loaded = portable::load(&scratch, &database, now_ms);
            fs::remove_file(&scratch).map_err(at(&scratch))?;
            loaded?;
        }
    }
    Ok(files)
}

fn check_manifest(config: &Config, folder: &Path) -> Result<(), BackupError> {
    let path = folder.join(MANIFEST);
    let text = fs::read(&path).map_err(at(&path))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| BackupError::Broken(format!("{MANIFEST}: {error}")))?;
    if manifest.format > FORMAT {
        return Err(BackupError::Broken("it was made by a newer Herold; install that one".to_owned()));
    }
    if manifest.server_name != config.server_name.as_str() {
        return Err(BackupError::Broken(format!(
            "it is of the server {}, but server_name is {}",
            manifest.server_name, config.server_name
        )));
    }
    Ok(())
}

/// Waits for what is done with files, on this thread.
fn wait<T>(work: impl Future<Output = Result<T, BackupError>>) -> Result<T, BackupError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(at(Path::new(FILES)))?.block_on(work)
}

fn make_folder(folder: &Path) -> Result<(), BackupError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))
}

/// Makes names in a folder durable.
fn sync_folder(folder: Option<&Path>) -> Result<(), BackupError> {
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}
