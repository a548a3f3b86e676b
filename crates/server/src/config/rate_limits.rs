//! `[rate_limits]`: how often somebody may ask.

use std::collections::HashMap;

use herold_client_api::{Class, Rate};
use serde::Deserialize;

/// How often somebody may ask, by class of operation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct RateLimits {
    /// Whether anything is limited at all.
    pub enabled: bool,
    /// Reading, for each account.
    pub read: RateLimit,
    /// Sending into rooms and changing their state, for each account.
    pub send: RateLimit,
    /// Creating, joining and inviting, for each account.
    pub join: RateLimit,
    /// Signing in and registering, for each address; many people may share one.
    pub sign_in: RateLimit,
    /// Tries of one account's password, for each address, or for each device that is signed in.
    pub password: RateLimit,
    /// Signing in to one account with a password, over all addresses.
    pub password_anywhere: RateLimit,
    /// Access tokens that nobody has, for each address.
    pub unknown_token: RateLimit,
    /// Uploads, downloads and thumbnails, for each account.
    pub media: RateLimit,
    /// What links show, for each account.
    pub preview: RateLimit,
    /// Asking for news, for each account.
    pub sync: RateLimit,
    /// Encryption keys and messages between devices, for each account.
    pub keys: RateLimit,
    /// Settings of an account, for each account.
    pub account: RateLimit,
    /// Notifications of other servers for devices that are told here, for each address.
    pub notify: RateLimit,
}

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct RateLimit {
    /// Requests a second for ever.
    pub per_second: f64,
    /// Requests at once after a pause.
    pub burst: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        let limit = |per_second, burst| RateLimit { per_second, burst };
        Self {
            enabled: true,
            read: limit(100.0, 1000),
            send: limit(50.0, 500),
            join: limit(2.0, 60),
            sign_in: limit(5.0, 200),
            password: limit(0.1, 10),
            password_anywhere: limit(0.5, 100),
            unknown_token: limit(5.0, 200),
            media: limit(50.0, 500),
            preview: limit(1.0, 60),
            sync: limit(20.0, 200),
            keys: limit(50.0, 500),
            account: limit(20.0, 200),
            notify: limit(50.0, 1000),
        }
    }
}

impl RateLimits {
    /// Every limit with its name and its class.
    fn all(&self) -> [(&'static str, Class, RateLimit); 13] {
        [
            ("read", Class::Read, self.read),
            ("send", Class::Send, self.send),
            ("join", Class::Join, self.join),
            ("sign_in", Class::SignIn, self.sign_in),
            ("password", Class::Password, self.password),
            ("password_anywhere", Class::PasswordAnywhere, self.password_anywhere),
            ("unknown_token", Class::UnknownToken, self.unknown_token),
            ("media", Class::Media, self.media),
            ("preview", Class::Preview, self.preview),
            ("sync", Class::Sync, self.sync),
            ("keys", Class::Keys, self.keys),
            ("account", Class::Account, self.account),
            ("notify", Class::Notify, self.notify),
        ]
    }

    /// The limits as the client API takes them.
    pub(crate) fn rates(&self) -> HashMap<Class, Rate> {
        let rate = |limit: RateLimit| Rate { per_second: limit.per_second, burst: limit.burst };
        let all = self.all().into_iter().filter(|_| self.enabled);
        all.map(|(_, class, limit)| (class, rate(limit))).collect()
    }

    /// The key of a limit that nobody could ever keep, if there is one.
    pub(super) fn wrong_key(&self) -> Option<String> {
        let wrong = |limit: &RateLimit| {
            if !limit.per_second.is_finite() || limit.per_second <= 0.0 {
                Some("per_second")
            } else {
                (limit.burst == 0).then_some("burst")
            }
        };
        self.all().iter().find_map(|(name, _, limit)| Some(format!("rate_limits.{name}.{}", wrong(limit)?)))
    }
}
