//! docs/protocol/coverage.md: every operation of the specification, and where it is served or why not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::unstable;

/// Operations of the specification: API, method, path, ..., ..., name; tab separated.
const OPERATIONS: &str = "docs/protocol/operations.tsv";
/// Why an operation is not served: API, name (or `*`), reason; tab separated.
const NOT_SERVED: &str = "docs/protocol/not-served.tsv";
const COVERAGE: &str = "docs/protocol/coverage.md";

struct Operation {
    api: String,
    method: String,
    path: String,
    name: String,
}

/// Writes the file.
pub fn write() -> Result<(), Vec<String>> {
    let root = root();
    fs::write(root.join(COVERAGE), generate(&root)?).map_err(|error| vec![format!("{COVERAGE}: {error}")])
}

/// Fails when the file is not what would be written.
pub fn check() -> Result<(), Vec<String>> {
    let root = root();
    let wanted = generate(&root)?;
    if read(&root.join(COVERAGE))? == wanted {
        return Ok(());
    }
    Err(vec![format!("{COVERAGE} is not current: run `cargo xtask coverage`")])
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> Result<String, Vec<String>> {
    fs::read_to_string(path).map_err(|error| vec![format!("{}: {error}", path.display())])
}

fn generate(root: &Path) -> Result<String, Vec<String>> {
    let operations = operations(&read(&root.join(OPERATIONS))?);
    let reasons = reasons(&read(&root.join(NOT_SERVED))?);
    let served = served()?;
    let mut used = unstable::in_paths(served.iter());
    unstable::in_source(&root.join("crates"), &mut used);
    let proposals = unstable::section(&read(&root.join(unstable::UNSTABLE))?, &used)?;
    Ok(report(&operations, &served, &reasons)? + &proposals)
}

/// What the route table holds, as `METHOD path` with the names of parameters left out.
fn served() -> Result<BTreeSet<String>, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--package", "herold-client-api", "--example", "operations"])
        .output()
        .map_err(|error| vec![format!("cargo run: {error}")])?;
    if !output.status.success() {
        return Err(vec![String::from_utf8_lossy(&output.stderr).into_owned()]);
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(blank).collect())
}

/// A path without the names of its parameters: `/rooms/{roomId}` becomes `/rooms/{}`.
fn blank(path: &str) -> String {
    let mut parts = path.split('{');
    let mut blank = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        blank.push_str("{}");
        blank.push_str(part.split_once('}').map_or("", |(_, after)| after));
    }
    blank
}

fn operations(text: &str) -> Vec<Operation> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let fields = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    fields
        .filter_map(|fields| match fields.as_slice() {
            [api, method, path, _, _, name] => Some(Operation {
                api: (*api).to_owned(),
                method: (*method).to_owned(),
                path: path.trim().to_owned(),
                name: (*name).to_owned(),
            }),
            _ => None,
        })
        .collect()
}

/// Reasons by API and name, those for a whole API last.
type Reasons = Vec<(String, String, String)>;

fn reasons(text: &str) -> Reasons {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut reasons: Reasons = lines
        .filter_map(|line| {
            let mut fields = line.splitn(3, '\t').map(str::to_owned);
            Some((fields.next()?, fields.next()?, fields.next()?))
        })
        .collect();
    reasons.sort_by_key(|(_, name, _)| name == "*");
    reasons
}

/// The file's text, or every operation that is neither served nor explained, and every explanation of
/// one that is served.
fn report(
    operations: &[Operation],
    served: &BTreeSet<String>,
    reasons: &Reasons,
) -> Result<String, Vec<String>> {
    let mut breaches = Vec::new();
    let mut body = String::new();
    let (mut count, mut api) = (0, "");
    for operation in operations {
        let Operation { method, path, name, .. } = operation;
        let is_served = served.contains(&blank(&format!("{method} {path}")));
        let mut of_api = reasons.iter().filter(|(api, _, _)| *api == operation.api);
        let reason = of_api.find(|(_, named, _)| named == name || named == "*");
        let state = match (is_served, reason) {
            (true, Some((_, named, _))) if named == name => {
                breaches.push(format!("{NOT_SERVED}: {name} is served; remove its line"));
                continue;
            }
            (true, _) => "served",
            (false, Some((_, _, reason))) => reason,
            (false, None) => {
                breaches
                    .push(format!("{method} {path} ({name}) is not served and {NOT_SERVED} has no reason"));
                continue;
            }
        };
        if api != operation.api {
            api = &operation.api;
            body.push_str(&format!("\n## {api}\n\n| Operation | Method and path | State |\n|---|---|---|\n"));
        }
        count += usize::from(is_served);
        body.push_str(&format!("| {name} | `{method} {path}` | {state} |\n"));
    }
    if !breaches.is_empty() {
        return Err(breaches);
    }
    let total = operations.len();
    Ok(format!(
        "# Coverage of the Matrix specification v1.19\n\n\
         Generated by `cargo xtask coverage` from the route table; do not edit. {count} of {total} operations \
         are served. Whatever is not served answers `M_UNRECOGNIZED`.\n{body}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str =
        "# x\nclient-server\tGET\t/a/{roomId}\tx\tFalse\tgetA\nclient-server\tPUT\t/b\tx\tFalse\tputB";

    fn run(served: &[&str], reason: &str) -> Result<String, Vec<String>> {
        let served = served.iter().map(|path| blank(path)).collect();
        report(&operations(SPEC), &served, &reasons(reason))
    }

    #[test]
    fn parameters_may_have_other_names() {
        let text = run(&["GET /a/{room_id}", "PUT /b"], "").unwrap();
        assert!(text.contains("2 of 2 operations") && text.contains("| getA | `GET /a/{roomId}` | served |"));
    }

    #[test]
    fn what_is_neither_served_nor_explained_is_a_breach() {
        assert_eq!(run(&["GET /a/{x}"], "").unwrap_err().len(), 1);
        let text = run(&["GET /a/{x}"], "client-server\tputB\tlater").unwrap();
        assert!(text.contains("| putB | `PUT /b` | later |"));
        assert!(run(&[], "client-server\t*\tlater").is_ok());
    }

    #[test]
    fn a_reason_for_something_served_is_a_breach() {
        assert!(run(&["GET /a/{x}", "PUT /b"], "client-server\tputB\tlater").is_err());
    }
}
