//! `[push]`: where notifications may be sent.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::Deserialize;

use super::well_known::is_http;
use super::{Config, Network};

/// Where notifications may be sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Push {
    /// Networks of the operator's own where push gateways may be, although they are not public.
    pub allowed_networks: Vec<Network>,
    /// Whether browsers are told through the push services of their makers.
    pub web_push: bool,
    /// Whether other servers may have devices told here.
    pub gateway: bool,
    /// Where operators of push services find the operator: `mailto:` or `https:`.
    pub contact: Option<String>,
    /// Apps on iOS and macOS that are told through Apple.
    pub apns: Vec<AppleApp>,
    /// Apps on Android that are told through Google.
    pub fcm: Vec<GoogleApp>,
}

/// An app that is told through Apple, with what its maker's developer pages show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppleApp {
    /// What the app calls itself in its pushers.
    pub app_id: String,
    /// Its bundle id.
    pub topic: String,
    /// The id of the team.
    pub team_id: String,
    /// The id of the key.
    pub key_id: String,
    /// The file with the key, `.p8`.
    pub key_file: PathBuf,
    /// Where the service is.
    #[serde(default = "apple")]
    pub server: String,
}

/// An app that is told through Google.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoogleApp {
    /// What the app calls itself in its pushers.
    pub app_id: String,
    /// The file of the service account, JSON.
    pub service_account_file: PathBuf,
    /// Where the service is.
    #[serde(default = "google")]
    pub server: String,
}

fn apple() -> String {
    "https://api.push.apple.com".to_owned()
}

fn google() -> String {
    "https://fcm.googleapis.com".to_owned()
}

impl Default for Push {
    fn default() -> Self {
        Self {
            allowed_networks: Vec::new(),
            web_push: true,
            gateway: false,
            contact: None,
            apns: Vec::new(),
            fcm: Vec::new(),
        }
    }
}

impl Push {
    /// What nobody could use: the key and what is wrong with its value.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        let apps = self.apns.iter().map(|app| ("push.apns", &app.app_id, &app.server));
        let apps = apps.chain(self.fcm.iter().map(|app| ("push.fcm", &app.app_id, &app.server)));
        let mut app_ids = HashSet::new();
        for (key, app_id, server) in apps {
            if app_id.is_empty() || !app_ids.insert(app_id) {
                return Some((key, "each app needs an app_id that no other has"));
            }
            if !is_http(server) {
                return Some((key, "a server must begin with https:// or http://"));
            }
        }
        if self.gateway && !self.web_push && app_ids.is_empty() {
            return Some(("push.gateway", "reaches nobody without push.web_push, push.apns or push.fcm"));
        }
        let contact = self.contact.as_deref()?;
        let mail = contact.strip_prefix("mailto:").is_some_and(|address| address.contains('@'));
        let fits = mail || (is_http(contact) && contact.starts_with("https:"));
        (!fits).then_some(("push.contact", "must begin with mailto: or https://"))
    }
}

/// The URL of this server's own push gateway.
pub(crate) fn gateway(config: &Config) -> String {
    format!("{}{}", base_url(config), herold_push::GATEWAY_PATH)
}

/// Where operators of push services find the operator.
pub(crate) fn contact(config: &Config) -> String {
    config.push.contact.clone().unwrap_or_else(|| base_url(config))
}

fn base_url(config: &Config) -> String {
    let named = config.well_known.client_base_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    named.unwrap_or_else(|| format!("https://{}", config.server_name))
}
