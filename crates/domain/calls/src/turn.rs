//! Credentials for TURN servers that share a secret with this server, good for a while (coturn's
//! `use-auth-secret`, draft-uberti-behave-turn-rest). The TURN server checks them without asking.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use ruma::UserId;
use sha1::Sha1;

use crate::Calls;

/// The TURN servers of an operator.
#[derive(Clone)]
pub struct TurnServers {
    /// Where they are: `turn:` and `turns:` URIs.
    pub uris: Vec<String>,
    /// What they and this server know.
    pub secret: String,
    /// How long credentials are good.
    pub lifetime: Duration,
}

impl fmt::Debug for TurnServers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = formatter.debug_struct("TurnServers");
        told.field("uris", &self.uris).field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// What a client shows a TURN server.
#[derive(Clone, PartialEq, Eq)]
pub struct TurnCredentials {
    /// When they end, seconds since the Unix epoch, and whose they are.
    pub username: String,
    /// HMAC-SHA1 of the user name under the shared secret, base64.
    pub password: String,
    /// Where the servers are.
    pub uris: Vec<String>,
    /// How long they are good from now on.
    pub lifetime: Duration,
}

impl Calls {
    /// Credentials for `user_id`; `None` where the operator has no TURN servers.
    pub fn turn_credentials(&self, user_id: &UserId) -> Option<TurnCredentials> {
        let servers = self.settings.turn.as_ref()?;
        let now_seconds = u64::try_from(self.clock.now_ms()).unwrap_or(0) / 1_000;
        let username = format!("{}:{user_id}", now_seconds.saturating_add(servers.lifetime.as_secs()));
        // HMAC takes a key of any length.
        let mut mac = Hmac::<Sha1>::new_from_slice(servers.secret.as_bytes()).ok()?;
        mac.update(username.as_bytes());
        let password = STANDARD.encode(mac.finalize().into_bytes());
        Some(TurnCredentials { username, password, uris: servers.uris.clone(), lifetime: servers.lifetime })
    }
}

#[cfg(test)]
mod tests {
    use herold_base::{Clock, ManualClock};
    use ruma::user_id;

    use super::*;
    use crate::Settings;

    #[test]
    fn credentials_are_what_coturn_computes_itself() {
        let servers = TurnServers {
            uris: vec!["turn:turn.example.org".to_owned()],
            secret: "north".to_owned(),
            lifetime: Duration::from_secs(3_600),
        };
        let clock = Clock::Manual(ManualClock::new(1_700_000_000_999));
        let settings = Settings { turn: Some(servers), ..Settings::default() };
        let credentials = Calls::new(clock.clone(), settings).turn_credentials(user_id!("@a:x")).unwrap();
        assert_eq!(credentials.username, "1700003600:@a:x");
        // printf '1700003600:@a:x' | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(credentials.password, "MSVe7opnIpUP4NAwAZ7k2dUD8OM=");
        assert!(Calls::new(clock, Settings::default()).turn_credentials(user_id!("@a:x")).is_none());
    }
}
