//! How often somebody may ask, by class of operation: a token bucket for each asker and class. What
//! is counted lives in memory only, for at most [`ASKERS_MAX`] of them; a forgotten one starts afresh.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use herold_base::Clock;
use moka::sync::Cache;
use ruma::api::error::{ErrorKind, LimitExceededErrorData, RetryAfter};

use crate::error::ApiError;

/// Buckets kept at most; the least used are forgotten first.
pub const ASKERS_MAX: u64 = 100_000;

/// Classes of operations that share a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Cheap reading.
    Read,
    /// Sends an event into a room or changes its state.
    Send,
    /// Joins, invites, creates or otherwise writes many rows.
    Join,
    /// Tries a password, a token or registers; counted by address.
    SignIn,
    /// Uploads or downloads a file, makes a thumbnail.
    Media,
    /// Has the server look at what a link shows.
    Preview,
    /// Waits for news.
    Sync,
    /// Uploads, claims or queries keys, sends to devices.
    Keys,
    /// Changes settings of an account.
    Account,
    /// Tries a password of one account; counted by the account's name with the address, or by the device of whoever is
    /// signed in.
    Password,
    /// Signs in with a password of one account, from wherever; counted by the account's name.
    PasswordAnywhere,
    /// Has a device told of a notification of another server; counted by address.
    Notify,
    /// Shows an access token that nobody has; counted by address.
    UnknownToken,
}

/// How many requests one asker may make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Requests a second for ever. More than zero.
    pub per_second: f64,
    /// Requests at once after a pause. At least one.
    pub burst: u32,
}

/// Who is counted: the account where it is known, else the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asker {
    /// A signed-in account, by its row number.
    User(i64),
    /// A device of an account, by its row number.
    Device(i64),
    /// A network address.
    Address(IpAddr),
    /// Something written, by its hash: see [`Limits::check_name`].
    Name(u64),
}

/// The limits in force. Classes without a rate are not limited.
pub struct Limits {
    clock: Clock,
    rates: HashMap<Class, Rate>,
    /// When a bucket will be full again, in microseconds since the Unix epoch.
    full_at: Cache<(Class, Asker), Arc<AtomicI64>>,
    names: RandomState,
}

impl Limits {
    /// Limits that hold `rates`, by `clock`.
    pub fn new(clock: Clock, rates: HashMap<Class, Rate>) -> Self {
        Self { clock, rates, full_at: Cache::new(ASKERS_MAX), names: RandomState::new() }
    }

    /// Counts one request of `asker`, or says how long to wait.
    pub(crate) fn check(&self, class: Class, asker: Asker) -> Result<(), ApiError> {
        let Some(rate) = self.rates.get(&class) else { return Ok(()) };
        let full_at = self.full_at.get_with((class, network(asker)), Arc::default);
        take(&full_at, *rate, self.clock.now_ms().saturating_mul(1_000)).map_err(too_often)
    }

    /// Says how long to wait where one more request of `asker` would be too many, and counts nothing.
    pub(crate) fn look(&self, class: Class, asker: Asker) -> Result<(), ApiError> {
        let Some(rate) = self.rates.get(&class) else { return Ok(()) };
        let Some(full_at) = self.full_at.get(&(class, network(asker))) else { return Ok(()) };
        let copy = AtomicI64::new(full_at.load(Ordering::Relaxed));
        take(&copy, *rate, self.clock.now_ms().saturating_mul(1_000)).map_err(too_often)
    }

    /// Counts one request about `name`, whoever makes it.
    pub(crate) fn check_name(&self, class: Class, name: impl Hash) -> Result<(), ApiError> {
        self.check(class, Asker::Name(self.names.hash_one(name)))
    }

    /// Counts one try from `address` to sign in as `user`, a user id or a localpart, which count as one name in
    /// whatever case. Each address has a bucket of its own, so that strangers who guess do not lock out the owner;
    /// what came through is counted over all addresses, so that guessing from many of them is slow as well.
    pub(crate) fn check_sign_in(&self, user: &str, address: IpAddr) -> Result<(), ApiError> {
        let local = user.strip_prefix('@').and_then(|id| id.split_once(':')).map_or(user, |(local, _)| local);
        let local = local.to_lowercase();
        self.check_name(Class::Password, (&local, network(Asker::Address(address))))?;
        self.check_name(Class::PasswordAnywhere, &local)
    }
}

fn too_often(wait: Duration) -> ApiError {
    let mut data = LimitExceededErrorData::new();
    data.retry_after = Some(RetryAfter::Delay(wait));
    let message = "You asked too often in a short time. Wait a moment and try again.";
    ApiError::new(ErrorKind::LimitExceeded(data), message)
}

/// Takes a token from the bucket that is full again at `full_at`, or answers how long one has to wait.
fn take(full_at: &AtomicI64, rate: Rate, now_us: i64) -> Result<(), Duration> {
    // The cast saturates, which is what a rate near zero means.
    let token_us = (1_000_000.0 / rate.per_second) as i64;
    let empty_us = token_us.saturating_mul(i64::from(rate.burst));
    let taken = full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
        // A bucket that is emptier than empty was filled by a clock that has been set back since.
        let set_back = full_at > now_us.saturating_add(empty_us);
        let after = if set_back { now_us } else { full_at.max(now_us) }.saturating_add(token_us);
        (after <= now_us.saturating_add(empty_us)).then_some(after)
    });
    taken.map(|_| ()).map_err(|full_at| {
        let wait_us = full_at.saturating_add(token_us).saturating_sub(now_us.saturating_add(empty_us));
        Duration::from_millis(u64::try_from(wait_us).unwrap_or(0).div_ceil(1_000))
    })
}

/// Somebody with an IPv6 address usually has 2^64 of them: the network is counted.
fn network(asker: Asker) -> Asker {
    match asker {
        Asker::Address(IpAddr::V6(address)) => {
            let prefix = u128::from(address) & !u128::from(u64::MAX);
            Asker::Address(IpAddr::V6(Ipv6Addr::from(prefix)))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
