//! `[url_previews]`: what links show, and where the server may look.

use std::time::Duration;

use serde::Deserialize;

use super::Network;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Bytes of a page that may be read at most, whatever is set: they are held in memory.
const PAGE_BYTES_LIMIT: usize = 16 * 1024 * 1024;
/// Where public pages are.
const PUBLIC_PORTS: [u16; 2] = [80, 443];

/// What links show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UrlPreviews {
    /// Whether there are previews.
    pub enabled: bool,
    /// Networks of the operator's own that have previews.
    pub allowed_networks: Vec<Network>,
    /// Hosts of the operator's own that have previews, wherever their names lead to.
    pub allowed_hosts: Vec<String>,
    /// Patterns of what is never called.
    pub denied: Vec<String>,
    /// The languages that pages are asked for in.
    pub accept_language: String,
    /// Bytes of a page that are read.
    pub page_bytes_max: usize,
    /// How long a page may take.
    pub within_seconds: u64,
    /// How long previews are kept.
    pub keep_days: u32,
}

impl Default for UrlPreviews {
    fn default() -> Self {
        Self {
            enabled: false,
            allowed_networks: Vec::new(),
            allowed_hosts: Vec::new(),
            denied: Vec::new(),
            accept_language: "en".to_owned(),
            page_bytes_max: 1024 * 1024,
            within_seconds: 10,
            keep_days: 7,
        }
    }
}

impl UrlPreviews {
    /// The same as the previews want it.
    pub(crate) fn settings(&self) -> herold_url_previews::Settings {
        herold_url_previews::Settings {
            enabled: self.enabled,
            page_bytes_max: self.page_bytes_max,
            within: Duration::from_secs(self.within_seconds),
            accept_language: self.accept_language.clone(),
            retention_ms: i64::from(self.keep_days) * DAY_MS,
        }
    }

    /// Where pages may be.
    pub(crate) fn outgoing(&self) -> herold_outgoing::Settings {
        herold_outgoing::Settings {
            allowed: self.allowed_networks.iter().map(|network| network.0).collect(),
            allowed_hosts: self.allowed_hosts.iter().map(|host| host.to_lowercase()).collect(),
            unencrypted: true,
            ports: PUBLIC_PORTS.to_vec(),
            denied: self.denied.clone(),
            roots: Vec::new(),
        }
    }

    /// A value that nobody could use, with its key.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        let header = |text: &str| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if !header(&self.accept_language) {
            return Some(("url_previews.accept_language", "is written like \"fr, en;q=0.5\""));
        }
        if self.page_bytes_max == 0 || self.page_bytes_max > PAGE_BYTES_LIMIT {
            return Some(("url_previews.page_bytes_max", "must be between 1 and 16777216"));
        }
        if self.within_seconds == 0 || self.keep_days == 0 {
            let key =
                if self.keep_days == 0 { "url_previews.keep_days" } else { "url_previews.within_seconds" };
            return Some((key, "must be at least 1"));
        }
        if self.allowed_hosts.iter().any(|host| host.is_empty() || host.contains(['/', ':', '*', '@'])) {
            return Some(("url_previews.allowed_hosts", "holds names of hosts only, like wiki.example.org"));
        }
        let scheme = |pattern: &String| pattern.is_empty() || pattern.contains("://");
        self.denied
            .iter()
            .any(scheme)
            .then_some(("url_previews.denied", "holds hosts or hosts and paths, without https://"))
    }
}
