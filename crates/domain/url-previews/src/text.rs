//! Text of strangers, made fit to be shown beside what people write.

/// `text` in one line of at most `letters_max` letters, cut between words; `None` where nothing is left. Control
/// characters go, and those that turn the direction of what stands around them.
pub(crate) fn tidy(text: &str, letters_max: usize) -> Option<String> {
    let mut tidied = String::new();
    let mut letters = 0;
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        let word = word.chars().filter(|letter| !turns(*letter));
        let word: String = word.take(letters_max + 1).collect();
        let length = word.chars().count();
        if length == 0 {
            continue;
        }
        if letters + length + usize::from(letters > 0) > letters_max {
            if letters == 0 {
                tidied.extend(word.chars().take(letters_max));
            }
            tidied.push('…');
            break;
        }
        if letters > 0 {
            tidied.push(' ');
            letters += 1;
        }
        tidied.push_str(&word);
        letters += length;
    }
    (!tidied.is_empty()).then_some(tidied)
}

/// Whether a character overrides or embeds directions, or is no character at all.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn lines_words_and_tricks() {
        let table = [
            ("  a\n\t b\u{0}c  ", Some("a b c")),
            ("one two three", Some("one two…")),
            ("abcdefghijkl", Some("abcdefghij…")),
            ("0123456789", Some("0123456789")),
            ("a\u{202e}fdp.exe", Some("afdp.exe")),
            ("日本語のとても長い見出し", Some("日本語のとても長い見…")),
            (" \u{202e}\n ", None),
            ("", None),
        ];
        for (text, wanted) in table {
            assert_eq!(tidy(text, 10).as_deref(), wanted, "{text:?}");
        }
    }
}
