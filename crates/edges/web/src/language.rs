//! Which language to speak, from what a browser asks for.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// The languages Herold speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
    French,
}

/// Languages of a header that are looked at, at most.
const WISHES_MAX: usize = 16;

impl Language {
    /// All of them, the first where nothing fits.
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::German, Self::French];

    /// The language that whoever sent these headers wishes.
    pub(crate) fn wished(headers: &HeaderMap) -> Self {
        Self::accepted(headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default())
    }

    /// Its tag (RFC 5646).
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
            Language::French => "fr",
        }
    }

    /// The language of `tag` (RFC 5646), where Herold speaks it.
    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Language::English),
            "de" => Some(Language::German),
            "fr" => Some(Language::French),
            _ => None,
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110, section 12.5.4); English where
    /// nothing fits. Of equal wishes the first one counts.
    fn accepted(header: &str) -> Self {
        let mut best = (0.0, Language::English);
        for wish in header.split(',').take(WISHES_MAX) {
            let mut parts = wish.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Self::of_tag) else { continue };
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_wish_that_can_be_met_wins() {
        let cases = [
            ("", Language::English),
            ("de-DE,de;q=0.9,en;q=0.8", Language::German),
            ("nl, fr-CA;q=0.7, en;q=0.3", Language::French),
            ("en;q=0.2, de;q=0.8", Language::German),
            ("fr;q=0, *;q=0.5", Language::English),
            ("de;q=loud", Language::English),
            ("DE", Language::German),
        ];
        for (header, wanted) in cases {
            assert_eq!(Language::accepted(header), wanted, "{header}");
        }
    }
}
