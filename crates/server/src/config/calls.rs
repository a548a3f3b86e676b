//! What calls need beside the room.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

/// What calls need beside the room.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Calls {
    /// Where the TURN servers are: `turn:` and `turns:` URIs.
    pub turn_uris: Vec<String>,
    /// What the TURN servers and this server know.
    pub turn_secret: Option<String>,
    /// How long credentials for them are good, seconds.
    pub turn_ttl_seconds: u64,
    /// URLs of the services that let clients into LiveKit media servers.
    pub livekit_service_urls: Vec<String>,
}

impl Default for Calls {
    fn default() -> Self {
        let turn_ttl_seconds = 24 * 60 * 60;
        Self { turn_uris: Vec::new(), turn_secret: None, turn_ttl_seconds, livekit_service_urls: Vec::new() }
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = formatter.debug_struct("Calls");
        told.field("turn_uris", &self.turn_uris).field("turn_ttl_seconds", &self.turn_ttl_seconds);
        told.field("livekit_service_urls", &self.livekit_service_urls).finish_non_exhaustive()
    }
}

impl Calls {
    /// As the domain takes it.
    pub fn settings(&self) -> herold_calls::Settings {
        let turn = |secret: &String| herold_calls::TurnServers {
            uris: self.turn_uris.clone(),
            secret: secret.clone(),
            lifetime: Duration::from_secs(self.turn_ttl_seconds),
        };
        let secret = self.turn_secret.as_ref().filter(|_| !self.turn_uris.is_empty());
        herold_calls::Settings {
            turn: secret.map(turn),
            livekit_service_urls: self.livekit_service_urls.clone(),
        }
    }

    /// The first key that is wrong, and why.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        let is_turn = |uri: &String| uri.starts_with("turn:") || uri.starts_with("turns:");
        let is_http = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        let has_secret = self.turn_secret.as_ref().is_some_and(|secret| !secret.is_empty());
        if !self.turn_uris.iter().all(is_turn) {
            Some(("calls.turn_uris", "holds something that does not begin with turn: or turns:"))
        } else if has_secret == self.turn_uris.is_empty() {
            let missing = if has_secret { "calls.turn_uris" } else { "calls.turn_secret" };
            Some((missing, "is missing; TURN servers and their secret go together"))
        } else if self.turn_ttl_seconds == 0 {
            Some(("calls.turn_ttl_seconds", "must be at least 1"))
        } else if !self.livekit_service_urls.iter().all(is_http) {
            Some(("calls.livekit_service_urls", "holds something that is no http(s) URL"))
        } else {
            None
        }
    }
}
