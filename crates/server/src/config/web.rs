//! What people see in a browser.

use std::path::PathBuf;

use serde::Deserialize;

use super::well_known::is_http;

/// What people see in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Web {
    /// Whether people get the web app.
    pub enabled: bool,
    /// What the app is called.
    pub name: String,
    /// The one colour of the app, `#rrggbb`.
    pub accent: Option<String>,
    /// A file with the organisation's mark.
    pub logo: Option<PathBuf>,
    /// A page that says who answers for this server.
    pub imprint: Option<String>,
    /// A page that says what becomes of people's data.
    pub privacy: Option<String>,
    /// A page that says what the app does for people with disabilities.
    pub accessibility: Option<String>,
    /// A map that shows a place, with `{latitude}` and `{longitude}` in its address.
    pub map_url: Option<String>,
}

impl Default for Web {
    fn default() -> Self {
        let name = "Herold".to_owned();
        Self {
            enabled: true,
            name,
            accent: None,
            logo: None,
            imprint: None,
            privacy: None,
            accessibility: None,
            map_url: None,
        }
    }
}

/// Characters of the app's name at most: more do not fit under an icon.
const NAME_CHARACTERS_MAX: usize = 40;

impl Web {
    /// What nobody could use: the key and what is wrong with its value.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.name.trim().is_empty() || self.name.chars().count() > NAME_CHARACTERS_MAX {
            return Some(("web.name", "must have 1 to 40 characters"));
        }
        if self.accent.as_ref().is_some_and(|accent| !is_colour(accent)) {
            return Some(("web.accent", "is no colour like \"#2f5d8a\""));
        }
        let pages = [
            ("web.imprint", &self.imprint),
            ("web.privacy", &self.privacy),
            ("web.accessibility", &self.accessibility),
            ("web.map_url", &self.map_url),
        ];
        let elsewhere = pages.into_iter().find(|(_, page)| page.as_ref().is_some_and(|page| !is_http(page)));
        if let Some((key, _)) = elsewhere {
            return Some((key, "must begin with https:// or http://"));
        }
        let map = self.map_url.as_ref()?;
        let shows_any_place = ["{latitude}", "{longitude}"].iter().all(|gap| map.contains(gap));
        (!shows_any_place).then_some(("web.map_url", "must have {latitude} and {longitude} in it"))
    }
}

/// Whether `text` is `#` and six hexadecimal digits.
fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
}
