//! The part of docs/protocol/coverage.md about proposals: every unstable prefix that the source holds or that is served,
//! with the proposal it belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What each prefix is: prefix, proposal, words; tab separated.
pub(crate) const UNSTABLE: &str = "docs/protocol/unstable.tsv";

/// The section, or every prefix that the table lacks or that is nowhere in use.
pub(crate) fn section(table: &str, used: &BTreeSet<String>) -> Result<String, Vec<String>> {
    let rows: BTreeMap<&str, (&str, &str)> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.splitn(3, '\t');
            Some((fields.next()?, (fields.next()?, fields.next()?)))
        })
        .collect();
    let unknown = used.iter().filter(|prefix| !rows.contains_key(prefix.as_str()));
    let unused = rows.keys().filter(|prefix| !used.contains(**prefix));
    let breaches: Vec<String> = unknown
        .map(|prefix| format!("{UNSTABLE}: say which proposal {prefix} belongs to"))
        .chain(unused.map(|prefix| format!("{UNSTABLE}: nothing uses {prefix}; remove its line")))
        .collect();
    if !breaches.is_empty() {
        return Err(breaches);
    }
    let mut section =
        "\n## Proposals\n\nWhat is served under unstable prefixes, for clients that speak it already. \
                       From docs/protocol/unstable.tsv; every prefix in the source has to be there.\n\n\
                       | Prefix | Proposal | What |\n|---|---|---|\n"
            .to_owned();
    for (prefix, (proposal, words)) in rows {
        let number = proposal.trim_start_matches("MSC");
        let link = format!("https://github.com/matrix-org/matrix-spec-proposals/pull/{number}");
        section.push_str(&format!("| `{prefix}` | [{proposal}]({link}) | {words} |\n"));
    }
    Ok(section)
}

/// The prefixes in the source below `folder`, tests left out.
pub(crate) fn in_source(folder: &Path, found: &mut BTreeSet<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "tests" && name != "target") {
                in_source(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.extend(prefixes(&fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

/// The prefixes of served paths.
pub(crate) fn in_paths<'a>(paths: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let unstable = paths.filter_map(|path| path.split_once("/unstable/"));
    let named = unstable.map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    named.map(|name| prefixes(name).pop().unwrap_or_else(|| name.to_owned())).collect()
}

/// Names like `org.example.msc1234` in `text`, cut off after the number of the proposal.
fn prefixes(text: &str) -> Vec<String> {
    let part_of_name = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let names = text.split(|letter: char| !part_of_name(letter)).map(|name| name.trim_start_matches('.'));
    let prefix = |name: &str| {
        let end = name.match_indices("msc").find_map(|(at, _)| {
            let digits = name[at + 3..].bytes().take_while(u8::is_ascii_digit).count();
            (digits == 4).then_some(at + 3 + digits)
        })?;
        name[..end].contains('.').then(|| name[..end].to_owned())
    };
    names.filter_map(prefix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_found_in_paths_and_texts() {
        let text =
            "\"/unstable/org.matrix.msc3814.v1/x\" \".io.element.msc4306.rule\" msc4140 msc12 a.b_msc3575/s";
        assert_eq!(prefixes(text), ["org.matrix.msc3814", "io.element.msc4306", "a.b_msc3575"]);
        let paths = ["GET /_matrix/client/unstable/im.nheko.summary/{}".to_owned(), "GET /v3/x".to_owned()];
        assert_eq!(in_paths(paths.iter()), BTreeSet::from(["im.nheko.summary".to_owned()]));
    }

    #[test]
    fn what_is_missing_and_what_is_left_over_is_said() {
        let used = BTreeSet::from(["a.msc1111".to_owned()]);
        let row = "a.msc1111\tMSC1111\twords\n";
        assert!(section(row, &used).unwrap().contains("| `a.msc1111` | [MSC1111]("));
        assert_eq!(section("", &used).unwrap_err().len(), 1);
        assert_eq!(section(&format!("{row}b\tMSC2\tx"), &used).unwrap_err().len(), 1);
    }
}
