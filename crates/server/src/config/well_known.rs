//! What others find under /.well-known/matrix.

use ruma::api::client::discovery::discover_support::{Contact, ContactRole};
use ruma::{OwnedServerName, UserId};
use serde::Deserialize;

/// What others find under /.well-known/matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WellKnown {
    /// The base URL that clients use.
    pub client_base_url: Option<String>,
    /// Where other servers connect.
    pub server: Option<OwnedServerName>,
    /// A page that helps people.
    pub support_page: Option<String>,
    /// User ids and e-mail addresses of the administrators.
    pub admins: Vec<String>,
    /// User ids and e-mail addresses for reports of security problems.
    pub security: Vec<String>,
}

impl WellKnown {
    /// What nobody could use: the key and what is wrong with its value.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        let urls = [
            ("well_known.client_base_url", &self.client_base_url),
            ("well_known.support_page", &self.support_page),
        ];
        let wrong_url = |(_, url): &(&str, &Option<String>)| url.as_ref().is_some_and(|url| !is_http(url));
        if let Some((key, _)) = urls.into_iter().find(wrong_url) {
            return Some((key, "must begin with https:// or http://"));
        }
        let people = [("well_known.admins", &self.admins), ("well_known.security", &self.security)];
        let wrong = |(_, people): &(&str, &Vec<String>)| people.iter().any(|address| !address.contains('@'));
        let (key, _) = people.into_iter().find(wrong)?;
        Some((key, "holds something that is neither a user id nor an e-mail address"))
    }

    /// As the client-server API takes it.
    pub fn published(&self) -> herold_client_api::WellKnown {
        let admins = self.admins.iter().map(|address| contact(ContactRole::Admin, address));
        let security = self.security.iter().map(|address| contact(ContactRole::Security, address));
        herold_client_api::WellKnown {
            client_base_url: self.client_base_url.clone(),
            server: self.server.clone(),
            contacts: admins.chain(security).collect(),
            support_page: self.support_page.clone(),
        }
    }
}

/// Whether `url` can be opened by a browser and is no script.
pub(super) fn is_http(url: &str) -> bool {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).is_some_and(|rest| !rest.is_empty())
}

/// A user id, or else an e-mail address.
fn contact(role: ContactRole, address: &str) -> Contact {
    match UserId::parse(address) {
        Ok(user_id) => Contact::with_matrix_id(role, user_id),
        Err(_) => Contact::with_email_address(role, address.to_owned()),
    }
}
