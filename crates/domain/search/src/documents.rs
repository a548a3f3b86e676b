//! What of an event can be searched: its words, folded, and marks that tell where they stand and who said them.
//! Pure.

use std::collections::BTreeSet;

use herold_base::{fold, words};
use herold_storage::events::StoredEvent;
use serde_json::Value;

use crate::request::Key;

/// Letters of a word that count; what follows is ignored, in texts and in searches alike.
const WORD_MAX: usize = 64;
/// The first letter of marks: it is in no word.
const MARK: char = '§';

/// The words and marks of an event, separated by one space; none when there is nothing to be searched.
pub(crate) fn document(event: &StoredEvent) -> Option<String> {
    let (key, text) = text_of(event)?;
    let mut found: BTreeSet<String> = words_of(&text).into_iter().collect();
    if found.is_empty() {
        return None;
    }
    found.insert(key_mark(key));
    found.insert(room_mark(event.room_number));
    found.insert(sender_mark(event.sender_number));
    Some(found.into_iter().collect::<Vec<_>>().join(" "))
}

/// The part of an event that can be searched.
pub(crate) fn text_of(event: &StoredEvent) -> Option<(Key, String)> {
    let (key, field) = match (event.kind.as_str(), event.state_key_number) {
        ("m.room.message", None) => (Key::Body, "body"),
        ("m.room.name", Some(_)) => (Key::Name, "name"),
        ("m.room.topic", Some(_)) => (Key::Topic, "topic"),
        _ => return None,
    };
    let json: Value = serde_json::from_str(&event.json).ok()?;
    Some((key, json["content"][field].as_str()?.to_owned()))
}

/// The words of a text, folded, in order.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    words(&fold(text)).map(|word| word.chars().take(WORD_MAX).collect()).collect()
}

pub(crate) fn key_mark(key: Key) -> String {
    let key = match key {
        Key::Body => 'b',
        Key::Name => 'n',
        Key::Topic => 't',
    };
    format!("{MARK}{key}")
}

pub(crate) fn room_mark(room: i64) -> String {
    format!("{MARK}r{room}")
}

pub(crate) fn sender_mark(sender: i64) -> String {
    format!("{MARK}s{sender}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_and_folded() {
        assert_eq!(
            words_of("Crème brûlée, s'il-vous-plaît!"),
            ["creme", "brulee", "s", "il", "vous", "plait"]
        );
        assert_eq!(words_of("\"'\\ §r1 *"), ["r1"]);
        assert_eq!(words_of(&"x".repeat(100)), ["x".repeat(WORD_MAX)]);
        assert!(!MARK.is_alphanumeric());
    }
}
