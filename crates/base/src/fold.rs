//! Texts as people search them: without case and accents, cut into words. Nothing here may depend on a
//! language: what "Mueller" and "Müller" have in common is not decided here.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// `text` without case and accents: "Éric Strauß" and "ERIC STRAUSS" are folded alike.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|letter| canonical_combining_class(*letter) == 0);
    for letter in letters.flat_map(char::to_lowercase) {
        match spelled_out(letter) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(letter),
        }
    }
    folded
}

/// The words of a text that was folded: letters and digits between anything else.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Letters that Unicode does not take apart although people type them so.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_widths_do_not_matter() {
        let table = [
            ("Éric", "eric"),
            ("STRAẞE Straße", "strasse strasse"),
            ("Łukasz Ødegård", "lukasz odegard"),
            ("İstanbul ılık", "istanbul ilik"),
            ("ﬁve ５", "five 5"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("Nguyễn", "nguyen"),
            ("北京", "北京"),
        ];
        for (text, folded) in table {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(folded), folded, "{folded} is folded already");
        }
    }

    #[test]
    fn words_are_letters_and_digits() {
        let found: Vec<&str> = words("dr. anna-lena o'neill_3 (it)  ").collect();
        assert_eq!(found, ["dr", "anna", "lena", "o", "neill", "3", "it"]);
    }
}
