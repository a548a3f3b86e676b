//! From a file and the environment to a checked configuration, or to one clear line for each mistake.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use super::{Config, RegistrationMode, example};

/// The variable that names the configuration file; it is no key of its own.
const FILE_VARIABLE: &str = "HEROLD_CONFIG";
/// Variables of the project's own tests.
const TEST_PREFIX: &str = "HEROLD_TEST_";
/// The variable of the build that wants the web app embedded (crates/edges/web/build.rs); tests run under it.
const BUILD_VARIABLE: &str = "HEROLD_REQUIRE_WEB";
/// How like a known key an unknown one must be to be taken for a slip, 0 to 1.
const LIKENESS_MIN: f64 = 0.75;

/// A mistake in the configuration. Its text is one line and names the key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: {error}")]
    File {
        /// The file.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{file}: {message}")]
    Syntax {
        /// The file, with the line.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A key that does not exist.
    #[error("{key}: there is no such key{suggestion}")]
    UnknownKey {
        /// The key, or the variable of the environment.
        key: String,
        /// `; did you mean ...?`, or nothing.
        suggestion: String,
    },
    /// A value that the key does not take.
    #[error("{key}: {message}")]
    Value {
        /// The key's path, with the variable where it came from the environment.
        key: String,
        /// What is wrong.
        message: String,
    },
}

/// Reads the file, where there is one, lays the environment over it, and checks all of it.
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let mut table = file.map_or_else(|| Ok(Table::new()), read)?;
    refuse_unknown_keys(&table)?;
    let from_environment = lay_over(&mut table, environment)?;
    complete_limits(&mut table);
    let config = parse(table, &from_environment)?;
    check(&config)?;
    Ok(config)
}

/// Who sets one half of a rate limit keeps the other half's default.
fn complete_limits(table: &mut Table) {
    let Some(Value::Table(limits)) = table.get_mut("rate_limits") else { return };
    for (key, default) in example::keys() {
        let Some((class, half)) = key.strip_prefix("rate_limits.").and_then(|key| key.split_once('.')) else {
            continue;
        };
        if let Some(Value::Table(limit)) = limits.get_mut(class) {
            limit.entry(half).or_insert(default);
        }
    }
}

fn parse(table: Table, from_environment: &BTreeMap<String, String>) -> Result<Config, ConfigError> {
    serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
        let key = error.path().to_string();
        let origin = from_environment.get(&key).map(|name| format!(" ({name})")).unwrap_or_default();
        let message = error.into_inner().message().trim().replace('\n', " ");
        ConfigError::Value { key: format!("{key}{origin}"), message }
    })
}

fn read(file: &Path) -> Result<Table, ConfigError> {
    let name = file.display().to_string();
    let text =
        std::fs::read_to_string(file).map_err(|error| ConfigError::File { file: name.clone(), error })?;
    text.parse::<Table>().map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        ConfigError::Syntax { file: format!("{name}, line {line}"), message: error.message().to_owned() }
    })
}

fn refuse_unknown_keys(table: &Table) -> Result<(), ConfigError> {
    let known: Vec<String> = example::keys().into_iter().map(|(key, _)| key).collect();
    let mut found = Vec::new();
    example::collect("", table, &mut found);
    match found.into_iter().find(|(key, _)| !known.contains(key)) {
        // A section given as a plain value is a wrong value, which reading it will say.
        Some((key, _)) if known.iter().any(|known| known.starts_with(&format!("{key}."))) => Ok(()),
        Some((key, _)) => {
            Err(ConfigError::UnknownKey { suggestion: suggestion(&key, known.iter().cloned()), key })
        }
        None => Ok(()),
    }
}

/// `; did you mean "..."?`, where something known is close enough.
fn suggestion(key: &str, known: impl Iterator<Item = String>) -> String {
    let likeness = |known: &String| strsim::jaro_winkler(&last(known), &last(key)).min(1.0);
    known
        .map(|known| (likeness(&known) + strsim::jaro_winkler(&known, key), known))
        .filter(|(score, _)| *score >= 2.0 * LIKENESS_MIN)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, known)| format!("; did you mean \"{known}\"?"))
}

fn last(key: &str) -> String {
    key.rsplit('.').next().unwrap_or(key).to_owned()
}

fn variable(key: &str) -> String {
    format!("HEROLD_{}", key.replace('.', "_").to_uppercase())
}

/// Sets what the environment sets, and says which keys came from which variable.
fn lay_over(
    table: &mut Table,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let known: BTreeMap<String, (String, Value)> =
        example::keys().into_iter().map(|(key, value)| (variable(&key), (key, value))).collect();
    let mut origins = BTreeMap::new();
    for (name, text) in environment {
        let others =
            [FILE_VARIABLE, BUILD_VARIABLE].contains(&name.as_str()) || name.starts_with(TEST_PREFIX);
        if others || !name.starts_with("HEROLD_") {
            continue;
        }
        let Some((key, like)) = known.get(&name) else {
            let suggestion = suggestion(&name, known.keys().cloned());
            return Err(ConfigError::UnknownKey { key: name, suggestion });
        };
        set(table, key, value_like(like, &text));
        origins.insert(key.clone(), name);
    }
    Ok(origins)
}

/// The text of a variable as a value of the kind that the key has in the example. Text that is not of
/// that kind stays text, so that reading it says what was expected.
fn value_like(like: &Value, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    match like {
        Value::Integer(_) => text.parse().map_or_else(|_| as_text(), Value::Integer),
        Value::Float(_) => text.parse().map_or_else(|_| as_text(), Value::Float),
        Value::Boolean(_) => text.parse().map_or_else(|_| as_text(), Value::Boolean),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        _ => as_text(),
    }
}

fn set(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((section, rest)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

/// Bytes of the server's name: a user id of 255 bytes needs room for the person's.
const SERVER_NAME_BYTES_MAX: usize = 230;
/// More characters than passwords may have bytes would let nobody in.
const PASSWORD_CHARACTERS_MAX: usize = 128;

/// What no single value can tell.
fn check(config: &Config) -> Result<(), ConfigError> {
    let wrong = |key: &str, message: &str| {
        Err(ConfigError::Value { key: key.to_owned(), message: message.to_owned() })
    };
    let Config { database, listen, passwords, rate_limits, registration, .. } = config;
    if database.url.is_some() && database.path.is_some() {
        return wrong("database.path", "is set together with database.url; set one of them");
    }
    if listen.tls_certificate.is_some() != listen.tls_key.is_some() {
        let missing = if listen.tls_key.is_none() { "listen.tls_key" } else { "listen.tls_certificate" };
        return wrong(missing, "is missing; a certificate and its key go together");
    }
    let smallest = [
        ("listen.connections_max", u64::from(listen.connections_max), 1),
        ("database.answer_within_seconds", database.answer_within_seconds, 1),
        ("passwords.characters_min", passwords.characters_min as u64, 1),
        ("passwords.memory_kib", u64::from(passwords.memory_kib), 8),
        ("passwords.passes", u64::from(passwords.passes), 1),
        ("passwords.workers", passwords.workers as u64, 1),
    ];
    if let Some((key, _, least)) = smallest.into_iter().find(|(_, value, least)| value < least) {
        return wrong(key, &format!("must be at least {least}"));
    }
    if registration.mode == RegistrationMode::Token && registration.tokens.is_empty() {
        return wrong(
            "registration.tokens",
            "is empty; with registration.mode = \"token\" nobody could register",
        );
    }
    if let Some(key) = rate_limits.wrong_key() {
        return wrong(&key, "must be more than 0; to limit nothing, set rate_limits.enabled to false");
    }
    if config.server_name.as_str().len() > SERVER_NAME_BYTES_MAX {
        return wrong("server_name", &format!("has more than {SERVER_NAME_BYTES_MAX} bytes"));
    }
    if passwords.characters_min > PASSWORD_CHARACTERS_MAX {
        return wrong("passwords.characters_min", &format!("must be at most {PASSWORD_CHARACTERS_MAX}"));
    }
    let Config { calls, media, push, terms, url_previews, web, well_known, .. } = config;
    let base_url = well_known.client_base_url.as_deref();
    let mistakes = well_known.mistake().or_else(|| web.mistake()).or_else(|| calls.mistake());
    let mistakes =
        mistakes.or_else(|| url_previews.mistake()).or_else(|| media.mistake()).or_else(|| push.mistake());
    match mistakes.or_else(|| terms.mistake(base_url)) {
        Some((key, message)) => wrong(key, message),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
