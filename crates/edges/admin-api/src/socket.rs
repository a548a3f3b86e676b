//! One command a connection: a line of JSON in, a line of JSON out.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::{Admin, Answer, Command};

/// Bytes of a command at most.
const COMMAND_BYTES_MAX: u64 = 64 * 1024;
/// Bytes of an answer at most.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Connections at once.
const CONNECTIONS_MAX: usize = 16;
/// How long somebody may take to say what is wanted.
const COMMAND_WITHIN: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No server listens here.
    #[error("no server runs on this data folder")]
    NotRunning,
    /// The server was reached and then went away, or speaks otherwise.
    #[error("the running server could not be asked: {0}")]
    Broken(#[from] io::Error),
    /// The server refused; the text is for people.
    #[error("{0}")]
    Refused(String),
}

/// Makes the socket at `path`, for the server's own user only. One that is there already was left by a
/// server that has ended: the caller holds the lock on the database. Needs a runtime.
pub fn listen(path: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Takes commands, for ever.
pub async fn serve(listener: UnixListener, admin: Admin) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let admin = admin.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, &admin).await {
                        tracing::debug!(%error, "an administrator's command was not answered");
                    }
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "an administrator's connection could not be accepted");
                tokio::time::sleep(PAUSE_AFTER_REFUSAL).await;
            }
        }
    }
}

async fn answer(stream: UnixStream, admin: &Admin) -> io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut line = String::new();
    let mut reading = BufReader::new(reading.take(COMMAND_BYTES_MAX));
    tokio::time::timeout(COMMAND_WITHIN, reading.read_line(&mut line)).await??;
    let answer: Result<Answer, String> = match serde_json::from_str::<Command>(&line) {
        Ok(command) => admin.perform(command).await,
        Err(_) => {
            Err("The server does not know this command: is another version of Herold running?".to_owned())
        }
    };
    writing.write_all(format!("{}\n", serde_json::to_string(&answer)?).as_bytes()).await
}

/// Has the server that listens at `path` carry `command` out.
pub async fn ask(path: &Path, command: &Command) -> Result<Answer, AskError> {
    let stream = match UnixStream::connect(path).await {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Err(AskError::NotRunning);
        }
        other => other?,
    };
    let (reading, mut writing) = stream.into_split();
    let command = serde_json::to_string(command).map_err(io::Error::other)?;
    writing.write_all(format!("{command}\n").as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(reading.take(ANSWER_BYTES_MAX)).read_line(&mut line).await?;
    let answer: Result<Answer, String> = serde_json::from_str(&line).map_err(io::Error::other)?;
    answer.map_err(AskError::Refused)
}
