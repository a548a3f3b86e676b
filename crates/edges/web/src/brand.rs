//! What an organisation may make its own.

use serde::Serialize;

use crate::logo::Logo;

/// Whose app it is.
#[derive(Clone, Debug)]
pub struct Brand {
    /// What the app is called.
    pub name: String,
    /// The one colour of the app, `#rrggbb`.
    pub accent: Option<String>,
    /// The organisation's mark.
    pub logo: Option<Logo>,
}

/// Pages of the organisation, which the app links to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Links {
    /// Who answers for this server.
    pub imprint: Option<String>,
    /// What becomes of people's data.
    pub privacy: Option<String>,
    /// What the app can do for people with disabilities, and whom to tell of barriers.
    pub accessibility: Option<String>,
    /// Help.
    pub support: Option<String>,
    /// A map of any place: `{latitude}` and `{longitude}` stand for it.
    pub map: Option<String>,
}
