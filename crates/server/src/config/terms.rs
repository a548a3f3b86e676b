//! `[terms]`: what people have to agree to.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::well_known::is_http;

/// Characters of an id or a version at most (the specification's opaque identifiers).
const IDENTIFIER_MAX: usize = 255;

/// What people have to agree to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// The documents in force; without any nobody has to agree to anything.
    pub documents: Vec<Document>,
}

/// A document in force.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its id, which stays when its version changes.
    pub id: String,
    /// The version in force.
    pub version: String,
    /// Its name and address by language.
    pub languages: BTreeMap<String, Translation>,
}

/// A document in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// What it is called.
    pub name: String,
    /// Where to read it.
    pub url: String,
}

impl Terms {
    /// The same as the accounts want it. `base_url` is where people reach this server.
    pub(crate) fn settings(&self, base_url: Option<&str>) -> herold_accounts::Terms {
        let translation = |(language, translation): (&String, &Translation)| {
            let Translation { name, url } = translation.clone();
            (language.clone(), herold_accounts::Translation { name, url })
        };
        let document = |document: &Document| herold_accounts::Document {
            id: document.id.clone(),
            version: document.version.clone(),
            languages: document.languages.iter().map(translation).collect(),
        };
        let base_url = base_url.unwrap_or_default().trim_end_matches('/');
        herold_accounts::Terms {
            documents: self.documents.iter().map(document).collect(),
            page: format!("{base_url}{}", herold_web::TERMS_PATH),
        }
    }

    /// What nobody could use, with its key. `base_url` is where people reach this server.
    pub(super) fn mistake(&self, base_url: Option<&str>) -> Option<(&'static str, &'static str)> {
        const KEY: &str = "terms.documents";
        if self.documents.is_empty() {
            return None;
        }
        if base_url.is_none() {
            return Some(("well_known.client_base_url", "is missing; people agree to terms.documents there"));
        }
        let identifiers = self.documents.iter().flat_map(|document| [&document.id, &document.version]);
        if identifiers.into_iter().any(|text| !is_identifier(text)) {
            return Some((KEY, "ids and versions have 1 to 255 of the characters a-z A-Z 0-9 . _ ~ -"));
        }
        let mut ids: Vec<&String> = self.documents.iter().map(|document| &document.id).collect();
        ids.sort();
        ids.dedup();
        if ids.len() < self.documents.len() {
            return Some((KEY, "holds two documents of the same id"));
        }
        let mut languages = self.documents.iter().map(|document| &document.languages);
        if languages.clone().any(|languages| languages.is_empty() || languages.contains_key("version")) {
            return Some((KEY, "each document needs a language like \"en\", with name and url"));
        }
        let is_wrong =
            |translation: &Translation| translation.name.trim().is_empty() || !is_http(&translation.url);
        languages
            .any(|languages| languages.values().any(is_wrong))
            .then_some((KEY, "each language needs a name and a url that begins with https:// or http://"))
    }
}

/// Whether `text` is an opaque identifier of the specification.
fn is_identifier(text: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._~-".contains(letter);
    (1..=IDENTIFIER_MAX).contains(&text.len()) && text.chars().all(allowed)
}
