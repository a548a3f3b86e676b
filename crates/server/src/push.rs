//! The apps that are told through push services of their own, with the credentials that lie in files.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use herold_push::{Apns, ApnsKey, Apps, CredentialsError, Fcm};

use crate::ServerError;
use crate::config::Config;
use crate::config::push::{AppleApp, GoogleApp};

/// Reads the credentials that `config` names, if any, and says what is wrong with them.
pub fn check_push(config: &Config) -> Result<(), ServerError> {
    push_apps(config).map(drop)
}

/// The apps of `config`. A server that cannot read their credentials does not start: it would take their devices for
/// browsers, and tell them nothing.
pub(crate) fn push_apps(config: &Config) -> Result<Apps, ServerError> {
    let mut apps = Apps { apns: HashMap::new(), fcm: HashMap::new() };
    for app in &config.push.apns {
        apps.apns.insert(app.app_id.clone(), Arc::new(apple(app)?));
    }
    for app in &config.push.fcm {
        apps.fcm.insert(app.app_id.clone(), Arc::new(google(app)?));
    }
    Ok(apps)
}

fn apple(app: &AppleApp) -> Result<Apns, ServerError> {
    let pem = read("push.apns", &app.key_file)?;
    let key = ApnsKey {
        topic: app.topic.clone(),
        team_id: app.team_id.clone(),
        key_id: app.key_id.clone(),
        pem: &pem,
        server: app.server.clone(),
    };
    Apns::read(key).map_err(|error| unusable("push.apns", &app.key_file, &error))
}

fn google(app: &GoogleApp) -> Result<Fcm, ServerError> {
    let account = read("push.fcm", &app.service_account_file)?;
    Fcm::read(&account, &app.server).map_err(|error| unusable("push.fcm", &app.service_account_file, &error))
}

fn read(section: &'static str, file: &Path) -> Result<Vec<u8>, ServerError> {
    let unread = |error: std::io::Error| ServerError::PushCredentials {
        section,
        file: file.to_owned(),
        reason: format!("cannot be read: {error}"),
    };
    std::fs::read(file).map_err(unread)
}

fn unusable(section: &'static str, file: &Path, error: &CredentialsError) -> ServerError {
    ServerError::PushCredentials { section, file: file.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_that_cannot_be_used_are_said_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file
        };
        let secret = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        let with = |section: &str, key: &str, file: &Path| {
            let lines = match section {
                "apns" => "topic = \"t\"\nteam_id = \"t\"\nkey_id = \"k\"\n",
                _ => "",
            };
            let table =
                format!("[[push.{section}]]\napp_id = \"a\"\n{lines}{key} = \"{}\"\n", file.display());
            let path = folder.path().join("herold.toml");
            std::fs::write(&path, table).unwrap();
            let config = crate::config::load(Some(&path), std::iter::empty()).unwrap();
            check_push(&config).unwrap_err().to_string()
        };
        let account = serde_json::json!({ "project_id": "p", "private_key_id": "k", "private_key": secret,
            "client_email": "e", "token_uri": "https://example.org/" });
        for (section, key, file, said) in [
            ("apns", "key_file", folder.path().join("missing"), "cannot be read"),
            ("apns", "key_file", file("text", "a text"), "holds no private key"),
            ("apns", "key_file", file("odd", secret), "holds no key on the curve P-256"),
            ("fcm", "service_account_file", file("text", "a text"), "is not the file of a service account"),
            ("fcm", "service_account_file", file("odd.json", &account.to_string()), "holds no RSA key"),
        ] {
            let error = with(section, key, &file);
            assert!(error.starts_with(&format!("push.{section}: ")) && error.contains(said), "{error}");
            assert!(!error.contains("c2VjcmV0"), "{error}");
        }
    }
}
