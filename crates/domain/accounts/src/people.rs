//! The people of this server, found by name: the beginnings of words of their display names and of the
//! first parts of their ids. Nothing here knows a telephone number or an e-mail address.

use std::collections::BTreeSet;

use herold_base::{fold, words};
use herold_storage::people::{self, PREFIXES_MAX, Search, StoredPerson};
use herold_storage::{Session, StorageError, Transaction};
use ruma::{OwnedMxcUri, OwnedUserId, UserId};
use serde_json::Value;

use crate::wishes::ignored_users;
use crate::{Accounts, AccountsError, Device};

/// People in one answer at most.
const FOUND_MAX: usize = 100;
/// People who are looked at to find the best of them.
const CANDIDATES_MAX: i64 = 300;
/// Words of one person that they are found by.
const WORDS_MAX: usize = 32;
/// Bytes of a word that count.
const WORD_BYTES_MAX: usize = 64;
/// The kind of account data by which somebody stays out of the directory: `{"hide_profile": true}`. The
/// specification has none; this one is written by the apps of Tchap.
const HIDE_PROFILE: &str = "im.vector.hide_profile";

/// Whom a search finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Findable {
    /// Everybody.
    #[default]
    Everybody,
    /// Those who share a room with the searcher, or are in a room that all may join or read.
    Seen,
    /// Nobody.
    Nobody,
}

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPerson {
    /// Who.
    pub user_id: OwnedUserId,
    /// Their display name.
    pub display_name: Option<String>,
    /// Their picture.
    pub avatar_url: Option<OwnedMxcUri>,
}

impl Accounts {
    /// Up to `limit` people whom `term` fits, the best first: whom it names exactly, then who shares a room
    /// with the searcher; and whether there are more.
    pub async fn search_people(
        &self,
        device: &Device,
        term: &str,
        limit: usize,
    ) -> Result<(Vec<FoundPerson>, bool), AccountsError> {
        let prefixes = prefixes(term, self.server_name().as_str());
        let findable = self.0.settings.findable;
        if prefixes.is_empty() || findable == Findable::Nobody {
            return Ok((Vec::new(), false));
        }
        let search = Search { prefixes, searcher: device.user_number, only_seen: findable == Findable::Seen };
        let limit = limit.min(FOUND_MAX);
        let (user_id, exact) = (device.user_id.clone(), fold(term.trim()));
        let read = self.0.storage.read(move |session| found(session, &search, &user_id, &exact));
        let mut found: Vec<FoundPerson> = read.await?;
        let limited = found.len() > limit;
        found.truncate(limit);
        Ok((found, limited))
    }

    /// Lets people be found who had an account before there was a directory of them. Once, at start.
    pub async fn settle(&self) -> Result<(), StorageError> {
        let write = |transaction: &mut Transaction<'_>| {
            if people::has_words(transaction)? {
                return Ok(());
            }
            let all = people::all(transaction)?;
            let with_words = |(number, user_id, name): &(i64, String, Option<String>)| {
                (*number, own_words(user_id, text(name.as_deref()).as_deref()))
            };
            people::write_words(transaction, &all.iter().map(with_words).collect::<Vec<_>>())
        };
        self.0.storage.write(write).await
    }
}

/// Writes the words by which somebody of that name is found.
pub(crate) fn write_words(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    user_id: &str,
    display_name: Option<&str>,
) -> Result<(), StorageError> {
    people::write_words(transaction, &[(user_number, own_words(user_id, display_name))])
}

/// The text that a profile keeps as JSON.
pub(crate) fn text(json: Option<&str>) -> Option<String> {
    serde_json::from_str(json?).ok()
}

fn own_words(user_id: &str, display_name: Option<&str>) -> Vec<String> {
    let localpart = user_id.trim_start_matches('@').split(':').next().unwrap_or_default();
    let folded = fold(&format!("{localpart} {}", display_name.unwrap_or_default()));
    words(&folded).map(cut).collect::<BTreeSet<_>>().into_iter().take(WORDS_MAX).collect()
}

/// The beginnings of words that `term` asks for, the longest first: it fits the fewest. A user id of this
/// server asks for the words of its first part.
fn prefixes(term: &str, server_name: &str) -> Vec<String> {
    let term = term.trim();
    let named = term.strip_suffix(server_name).and_then(|rest| rest.strip_suffix(':'));
    let folded = fold(named.unwrap_or(term));
    let mut prefixes: Vec<String> = words(&folded).map(cut).collect();
    prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.chars().count()));
    prefixes.truncate(PREFIXES_MAX);
    prefixes
}

fn cut(word: &str) -> String {
    word[..word.floor_char_boundary(WORD_BYTES_MAX)].to_owned()
}

fn found(
    session: &mut Session,
    search: &Search,
    searcher: &UserId,
    exact: &str,
) -> Result<Vec<FoundPerson>, AccountsError> {
    let mut candidates = people::candidates(session, search, CANDIDATES_MAX)?;
    candidates.sort_unstable();
    candidates.dedup();
    let ignored = ignored_users(session, search.searcher, searcher)?;
    let shown = people::shown(session, &candidates, search.searcher, HIDE_PROFILE)?;
    let mut ranked: Vec<_> = shown
        .into_iter()
        .filter(|person| !ignored.contains(&person.user_id) && !hides(person))
        .filter_map(|person| ranked(person, exact))
        .collect();
    ranked.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(ranked.into_iter().map(|(_, person)| person).collect())
}

/// Whether somebody chose to stay out of the directory.
fn hides(person: &StoredPerson) -> bool {
    let kept: Option<Value> = person.kept.as_deref().and_then(|kept| serde_json::from_str(kept).ok());
    kept.is_some_and(|kept| kept["hide_profile"] == true)
}

/// What people who are found are sorted by, the lowest first.
type Rank = (bool, bool, bool, String, String);

/// A person with their rank.
fn ranked(person: StoredPerson, exact: &str) -> Option<(Rank, FoundPerson)> {
    let display_name = text(person.display_name.as_deref());
    let user_id = OwnedUserId::try_from(person.user_id).ok()?;
    let name = fold(display_name.as_deref().unwrap_or_default());
    let localpart = fold(user_id.localpart());
    let id = fold(user_id.as_str());
    let is_exact = name == exact || localpart == exact || id == exact || id.strip_prefix('@') == Some(exact);
    let sort_name = if name.is_empty() { localpart } else { name };
    let rank = (!is_exact, !person.shares_room, display_name.is_none(), sort_name, user_id.to_string());
    let avatar_url = text(person.avatar_url.as_deref()).map(Into::into);
    Some((rank, FoundPerson { user_id, display_name, avatar_url }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_the_words_of_their_name_and_id() {
        let words = own_words("@anna.meier:example.org", Some("Dr. Anna-Léna MEIER"));
        assert_eq!(words, ["anna", "dr", "lena", "meier"]);
        assert_eq!(own_words("@x:y", None), ["x"]);
        let many: String = (0..100).map(|number| format!("w{number} ")).collect();
        assert_eq!(own_words("@x:y", Some(&many)).len(), WORDS_MAX);
        assert_eq!(own_words("@x:y", Some(&"ä".repeat(100)))[0].len(), WORD_BYTES_MAX);
    }

    #[test]
    fn a_term_asks_for_beginnings_the_longest_first() {
        let table = [
            ("an Meier", vec!["meier", "an"]),
            ("@anna.meier:example.org", vec!["meier", "anna"]),
            ("anna:elsewhere", vec!["elsewhere", "anna"]),
            (" .!? ", vec![]),
            ("a bb ccc dddd eeeee", vec!["eeeee", "dddd", "ccc", "bb"]),
        ];
        for (term, expected) in table {
            assert_eq!(prefixes(term, "example.org"), expected, "{term}");
        }
    }
}
