//! How closely a text matches a search, and which of its words are to be highlighted. Pure, so that both engines
//! say the same.

use std::collections::BTreeSet;

use herold_base::fold;

use crate::documents::words_of;

/// What a text of so many words counts less than one of none: half.
const LENGTH_HALF: f64 = 40.0;

/// Whether a word of a text is a word of a search.
fn matches(word: &str, searched: &str, prefix: bool) -> bool {
    if prefix { word.starts_with(searched) } else { word == searched }
}

/// Higher is closer: often in a short text.
pub(crate) fn rank(text: &str, searched: &[String]) -> f64 {
    let words = words_of(text);
    let length = 1.0 + words.len() as f64 / LENGTH_HALF;
    let of = |(index, searched_word): (usize, &String)| {
        let prefix = index + 1 == searched.len();
        let exact = words.iter().filter(|word| *word == searched_word).count() as f64;
        let all = words.iter().filter(|word| matches(word, searched_word, prefix)).count() as f64;
        // A word that only begins so counts half.
        let often = exact + (all - exact) / 2.0;
        often / (often + length)
    };
    searched.iter().enumerate().map(of).sum()
}

/// The words of a text that were searched, as they are written there, in small letters.
pub(crate) fn highlights(text: &str, searched: &[String], into: &mut BTreeSet<String>) {
    for written in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let folded = fold(written);
        let is_searched = |(index, searched_word): (usize, &String)| {
            matches(&folded, searched_word, index + 1 == searched.len())
        };
        if searched.iter().enumerate().any(is_searched) {
            into.insert(written.to_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn closer_is_higher() {
        let tea = searched(&["tea"]);
        let long = format!("tea {}", "word ".repeat(100));
        assert!(rank("tea", &tea) > rank(&long, &tea));
        assert!(rank("tea tea", &tea) > rank("tea or milk", &tea));
        assert!(rank("tea", &tea) > rank("teapot", &tea));
        assert_eq!(rank("milk", &tea), 0.0);
    }

    #[test]
    fn words_are_highlighted_as_they_are_written() {
        let mut found = BTreeSet::new();
        highlights("Crème, cremes and CREMA", &searched(&["creme"]), &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["cremes", "crème"]);
    }
}
