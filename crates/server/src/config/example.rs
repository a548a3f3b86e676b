//! The generated example, which is also the list of all keys.

use toml::{Table, Value};

/// A configuration file with every key, its meaning and its default, all commented out.
pub const EXAMPLE: &str = include_str!("example.toml");

/// The example with every key set.
fn uncommented() -> String {
    let set = |line: &str| match line.strip_prefix('#') {
        Some(key) if key.starts_with(|letter: char| letter.is_ascii_lowercase()) => key.to_owned(),
        _ => line.to_owned(),
    };
    EXAMPLE.lines().map(set).collect::<Vec<_>>().join("\n")
}

/// Every key with the value it has in the example, by its path (`listen.port`).
pub(super) fn keys() -> Vec<(String, Value)> {
    let table: Table = toml::from_str(&uncommented()).unwrap_or_default();
    let mut keys = Vec::new();
    collect("", &table, &mut keys);
    keys
}

/// The leaves of `table`, by path.
pub(super) fn collect(prefix: &str, table: &Table, into: &mut Vec<(String, Value)>) {
    for (name, value) in table {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => collect(&path, inner, into),
            leaf => into.push((path, leaf.clone())),
        }
    }
}
