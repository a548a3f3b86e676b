//! What can be wrong on this machine: folder, disk, database, certificates, clock, open files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use herold_base::Clock;
use herold_server::{Config, check_certificates, check_logo, check_push};
use herold_storage::{Database, portable};

use super::Finding;
use crate::files;

/// Less free disk than this is a warning.
const DISK_LOW_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Less than this is broken: writes fail soon.
const DISK_OUT_BYTES: u64 = 100 * 1024 * 1024;
/// The clock of a machine that was never set shows a time before this, 2026-01-01.
const NOW_AT_LEAST_MS: i64 = 1_767_225_600_000;

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![folder(config)];
    if config.data.is_dir() {
        findings.push(disk(config));
    }
    findings.extend([database(config), clock()]);
    findings.extend(open_files(config));
    if config.listen.tls_certificate.is_some() {
        findings.push(certificates(config));
    }
    if config.web.logo.is_some() {
        findings.push(logo(config));
    }
    if !config.push.apns.is_empty() || !config.push.fcm.is_empty() {
        findings.push(push_credentials(config));
    }
    findings
}

fn folder(config: &Config) -> Finding {
    let name = config.data.display();
    match fs::metadata(&config.data) {
        Ok(data) if data.permissions().mode() & 0o077 != 0 => Finding::Warning(
            format!("other users of this machine may look into the data folder {name}"),
            format!("Run: chmod 700 {name}"),
        ),
        Ok(_) => Finding::Fine(format!("the data folder {name} is there, for the server's user only")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Finding::Warning(
            format!("there is no data folder {name} yet"),
            "The first `herold serve` makes it. Was the server started elsewhere? Then set `data`."
                .to_owned(),
        ),
        Err(error) => Finding::Broken(
            format!("the data folder {name} cannot be read: {error}"),
            "Run this command as the server's user.".to_owned(),
        ),
    }
}

fn disk(config: &Config) -> Finding {
    let free = match rustix::fs::statvfs(&config.data) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            let text = format!("the disk of the data folder cannot be asked: {error}");
            return Finding::Warning(text, "Look at it with: df".to_owned());
        }
    };
    let text = format!("{} MiB are free on the disk of the data folder", free / 1024 / 1024);
    let advice = "Free some space or move the data folder to a larger disk.".to_owned();
    if free < DISK_OUT_BYTES {
        Finding::Broken(text, advice)
    } else if free < DISK_LOW_BYTES {
        Finding::Warning(text, advice)
    } else {
        Finding::Fine(text)
    }
}

fn database(config: &Config) -> Finding {
    let database = config.database();
    if let Database::Sqlite { path } = &database
        && !path.exists()
    {
        let text = format!("there is no database {} yet", path.display());
        return Finding::Warning(text, "The first `herold serve` makes it.".to_owned());
    }
    match portable::check(&database) {
        Ok(wrong) if wrong.is_empty() => Finding::Fine("the database answers and is sound".to_owned()),
        Ok(wrong) => Finding::Broken(
            format!("the database is damaged: {}", wrong.join("; ")),
            "Stop the server, keep a copy of the data folder, and restore the last backup.".to_owned(),
        ),
        Err(error) => Finding::Broken(
            format!("the database cannot be used: {error}"),
            match database {
                Database::Sqlite { .. } => "Run this command as the server's user.".to_owned(),
                Database::Postgresql(_) => {
                    "Check that PostgreSQL runs and that database.url is right.".to_owned()
                }
            },
        ),
    }
}

fn clock() -> Finding {
    if Clock::System.now_ms() < NOW_AT_LEAST_MS {
        let advice = "Set it and keep it right with NTP (systemd-timesyncd or chrony).".to_owned();
        return Finding::Broken("the clock of this machine is years behind".to_owned(), advice);
    }
    Finding::Fine("the clock shows a possible time".to_owned())
}

fn open_files(config: &Config) -> Option<Finding> {
    let allowed = files::too_few(config.listen.connections_max)?;
    Some(Finding::Warning(
        format!("the server may open {allowed} files, fewer than listen.connections_max needs"),
        "Raise it: LimitNOFILE= in a systemd unit, or ulimit -Hn. Or lower listen.connections_max."
            .to_owned(),
    ))
}

fn certificates(config: &Config) -> Finding {
    match check_certificates(config) {
        Ok(()) => Finding::Fine("the TLS certificate and its key are a pair".to_owned()),
        Err(error) => Finding::Broken(
            error.to_string(),
            "Set listen.tls_certificate and listen.tls_key to PEM files that the server's user can read."
                .to_owned(),
        ),
    }
}

fn logo(config: &Config) -> Finding {
    match check_logo(config) {
        Ok(()) => Finding::Fine("the logo of the web app can be shown".to_owned()),
        Err(error) => Finding::Warning(
            error.to_string(),
            "Set web.logo to a picture that the server's user can read; until then the app shows none."
                .to_owned(),
        ),
    }
}

fn push_credentials(config: &Config) -> Finding {
    match check_push(config) {
        Ok(()) => Finding::Fine("the credentials for push services can be used".to_owned()),
        Err(error) => Finding::Broken(
            error.to_string(),
            "Set push.apns and push.fcm to files that Apple and Google gave and the server's user can read."
                .to_owned(),
        ),
    }
}
