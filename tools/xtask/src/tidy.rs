//! The rules of the house, run: layers point down only, files are short and say what they are for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The layers from the bottom up. A crate may use crates of its own layer and of those below.
const LAYERS: &[(&str, &str)] = &[
    ("base", "crates/base"),
    ("matrix", "crates/matrix/"),
    ("io", "crates/io/"),
    ("domain", "crates/domain/"),
    ("followers", "crates/followers/"),
    ("edges", "crates/edges/"),
    ("server", "crates/server"),
    ("cli", "crates/cli"),
    ("beside", "tools/"),
    ("beside", "tests/"),
];

/// Pairs of layers that may not touch although one lies below the other.
const FORBIDDEN: &[(&str, &str)] = &[("edges", "io"), ("io", "matrix")];

/// Lines in a source file at most.
const LINES_MAX: usize = 500;

/// Runs all rules over the workspace and returns every breach, one line each.
pub fn run() -> Result<(), Vec<String>> {
    let metadata = metadata().map_err(|error| vec![error])?;
    let root = PathBuf::from(metadata["workspace_root"].as_str().unwrap_or("."));
    let mut breaches = layer_breaches(&metadata, &root);
    for folder in ["crates", "tools", "tests"] {
        file_breaches(&root.join(folder), &mut breaches);
    }
    if breaches.is_empty() { Ok(()) } else { Err(breaches) }
}

fn metadata() -> Result<Value, String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

/// Rank and name of the layer that a folder of the workspace belongs to.
fn layer_of(folder: &str) -> Option<(usize, &'static str)> {
    let rank = LAYERS.iter().position(|(_, prefix)| folder.starts_with(prefix))?;
    Some((rank, LAYERS[rank].0))
}

fn layer_breaches(metadata: &Value, root: &Path) -> Vec<String> {
    let mut breaches = Vec::new();
    let relative =
        |path: &str| Path::new(path).strip_prefix(root).ok().map(|path| path.display().to_string());
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(folder) = package["manifest_path"].as_str().and_then(relative) else { continue };
        let Some(from) = layer_of(&folder) else {
            breaches.push(format!("{name}: {folder} belongs to no layer"));
            continue;
        };
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        for dependency in dependencies.filter(|dependency| dependency["kind"] != "dev") {
            let Some(target) = dependency["path"].as_str().and_then(relative) else { continue };
            let Some(to) = layer_of(&format!("{target}/")) else { continue };
            if let Some(breach) = breach(from, to) {
                breaches.push(format!("{name} may not use {}: {breach}", dependency["name"]));
            }
        }
    }
    breaches
}

fn breach(from: (usize, &str), to: (usize, &str)) -> Option<String> {
    if to.0 > from.0 {
        Some(format!("{} lies above {}", to.1, from.1))
    } else if FORBIDDEN.contains(&(from.1, to.1)) {
        Some(format!("{} never touches {}", from.1, to.1))
    } else {
        None
    }
}

fn file_breaches(folder: &Path, breaches: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target" && name != "node_modules") {
                file_breaches(&path, breaches);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            breaches
                .extend(source_breach(&name, &text).map(|breach| format!("{}: {breach}", path.display())));
        }
    }
}

fn source_breach(name: &str, text: &str) -> Option<String> {
    if name == "mod.rs" {
        Some("use foo.rs beside foo/, never mod.rs".to_owned())
    } else if !text.starts_with("//!") {
        Some("open the file with //!: what it is for, and what it must never do".to_owned())
    } else if text.lines().count() > LINES_MAX {
        Some(format!("{} lines, more than {LINES_MAX}: split it by idea", text.lines().count()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(folder: &str) -> (usize, &'static str) {
        layer_of(folder).unwrap()
    }

    #[test]
    fn layers_point_down_only() {
        let edge = layer("crates/edges/client-api/Cargo.toml");
        let rooms = layer("crates/domain/rooms/Cargo.toml");
        let storage = layer("crates/io/storage/Cargo.toml");
        assert_eq!(breach(edge, rooms), None);
        assert_eq!(breach(rooms, storage), None);
        assert!(breach(storage, rooms).is_some());
        assert!(breach(edge, storage).is_some(), "an edge never touches io");
    }

    #[test]
    fn files_open_with_their_purpose_and_stay_short() {
        assert_eq!(source_breach("a.rs", "//! Fine.\n"), None);
        assert!(source_breach("a.rs", "fn main() {}\n").is_some());
        assert!(source_breach("mod.rs", "//! Fine.\n").is_some());
        assert!(source_breach("a.rs", &"//! x\n".repeat(LINES_MAX + 1)).is_some());
    }
}
