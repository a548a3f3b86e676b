//! What may be depended on, after deny.toml: the part of cargo-deny that needs no network, without
//! the minutes that building cargo-deny takes. Advisories are the part that is left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What deny.toml says.
struct Rules {
    licences: Vec<String>,
    banned: Vec<String>,
    /// Crates of which one version may exist.
    single: Vec<String>,
}

/// The workspaces: the server's, and the one of the scenario tests (docs/decisions/0003).
const WORKSPACES: &[&str] = &[".", "tests/scenarios/rust"];

/// Checks every package that a build for Linux uses.
pub fn run() -> Result<(), Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rules = rules(&root.join("deny.toml")).map_err(|error| vec![error])?;
    let mut breaches = Vec::new();
    for workspace in WORKSPACES {
        let tree = tree(&root.join(workspace)).map_err(|error| vec![error])?;
        breaches.extend(self::breaches(&tree, &rules));
    }
    if breaches.is_empty() { Ok(()) } else { Err(breaches) }
}

fn rules(file: &Path) -> Result<Rules, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", file.display()))?;
    let list = |section: &str, key: &str| -> Vec<String> {
        let entries = table.get(section).and_then(|section| section.get(key)).and_then(toml::Value::as_array);
        let name = |entry: &toml::Value| {
            let name = entry.get("name").or(entry.get("crate")).unwrap_or(entry);
            name.as_str().map(str::to_owned)
        };
        entries.into_iter().flatten().filter_map(name).collect()
    };
    Ok(Rules {
        licences: list("licenses", "allow"),
        banned: list("bans", "deny").into_iter().filter(|name| !SINGLE.contains(&name.as_str())).collect(),
        single: SINGLE.iter().map(|name| (*name).to_owned()).collect(),
    })
}

/// A program can hold one copy of the SQLite library.
const SINGLE: &[&str] = &["libsqlite3-sys"];

/// Every package that is built, one a line, with its licence after a tab. (`cargo metadata` would also list
/// those that only a feature nobody enables would use.)
fn tree(root: &Path) -> Result<String, String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--workspace", "--edges", "normal,build,dev", "--prefix", "none"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--format", "{p}\t{l}"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo tree: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn breaches(tree: &str, rules: &Rules) -> Vec<String> {
    // A package that was listed before is marked with (*).
    let packages: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(package, licence)| (package, licence.trim_end_matches(" (*)")))
        .collect();
    let mut breaches = Vec::new();
    for (package, licence) in &packages {
        let name = package.split(' ').next().unwrap_or_default();
        if rules.banned.iter().any(|banned| banned == name) {
            breaches.push(format!("{name} is banned by deny.toml"));
        }
        if package.contains("://") {
            breaches.push(format!("{package} does not come from crates.io"));
        }
        if !allowed(licence, &rules.licences) {
            breaches.push(format!("{name}: the licence {licence} is not in deny.toml"));
        }
    }
    for single in &rules.single {
        let prefix = format!("{single} v");
        let copies = packages.iter().filter(|(package, _)| package.starts_with(&prefix)).count();
        if copies > 1 {
            breaches.push(format!("{single} is there {copies} times"));
        }
    }
    breaches
}

/// Whether an SPDX expression lets us choose allowed licences only.
fn allowed(expression: &str, licences: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest, licences) && rest.is_empty()
}

fn any(words: &mut &[&str], licences: &[String]) -> bool {
    let mut allowed = all(words, licences);
    while let ["OR", rest @ ..] = words {
        *words = rest;
        allowed |= all(words, licences);
    }
    allowed
}

fn all(words: &mut &[&str], licences: &[String]) -> bool {
    let mut allowed = one(words, licences);
    while let ["AND", rest @ ..] = words {
        *words = rest;
        allowed &= one(words, licences);
    }
    allowed
}

/// A licence, with its exception where it has one, or an expression in parentheses.
fn one(words: &mut &[&str], licences: &[String]) -> bool {
    match words {
        ["(", rest @ ..] => {
            *words = rest;
            let allowed = any(words, licences);
            *words = words.strip_prefix(&[")"]).unwrap_or(words);
            allowed
        }
        [licence, "WITH", exception, rest @ ..] => {
            let name = format!("{licence} WITH {exception}");
            *words = rest;
            licences.contains(&name)
        }
        [licence, rest @ ..] => {
            // "MPL-2.0+": that version or a later one, so that one is a choice.
            let name = licence.trim_end_matches('+').to_owned();
            *words = rest;
            licences.contains(&name)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_allowed_when_some_choice_is() {
        let licences: Vec<String> =
            ["MIT", "Apache-2.0 WITH LLVM-exception", "ISC"].iter().map(|name| (*name).to_owned()).collect();
        let cases = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT/GPL-3.0", true),
            ("GPL-3.0 OR MIT", true),
            ("MIT AND GPL-3.0", false),
            ("ISC AND (GPL-3.0 OR MIT)", true),
            ("(ISC AND GPL-3.0) OR MIT", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("ISC+", true),
            ("MIT )", false),
            ("", false),
        ];
        for (expression, wanted) in cases {
            assert_eq!(allowed(expression, &licences), wanted, "{expression}");
        }
    }

    #[test]
    fn banned_crates_other_sources_and_second_copies_are_breaches() {
        let tree = "herold v0.1.0 (/work)\tMIT\nring v0.17.14\tMIT\nfine v1.0.0 (proc-macro)\tMIT\n\
                    fine v1.0.0 (proc-macro)\tMIT (*)\nodd v1.0.0 (https://example.org/odd#1)\tMIT\n\
                    libsqlite3-sys v0.1.0\tMIT\nlibsqlite3-sys v0.2.0\tMIT\nlibsqlite3-sys v0.2.0\tMIT (*)\n\
                    copied v1.0.0\tAGPL-3.0\n";
        let rules = Rules {
            licences: vec!["MIT".to_owned()],
            banned: vec!["ring".to_owned(), "openssl".to_owned()],
            single: vec!["libsqlite3-sys".to_owned()],
        };
        let wanted = [
            "copied: the licence AGPL-3.0 is not in deny.toml",
            "odd v1.0.0 (https://example.org/odd#1) does not come from crates.io",
            "ring is banned by deny.toml",
            "libsqlite3-sys is there 2 times",
        ];
        assert_eq!(breaches(tree, &rules), wanted);
    }
}
