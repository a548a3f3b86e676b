//! `[push]`: where notifications may be sent.

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
}

impl Default for Push {
    fn default() -> Self {
        Self { allowed_networks: Vec::new(), web_push: true, gateway: false, contact: None }
    }
}

impl Push {
    /// What nobody could use: the key and what is wrong with its value.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.gateway && !self.web_push {
            return Some(("push.gateway", "reaches nobody without push.web_push"));
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
