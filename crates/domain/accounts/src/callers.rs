//! From an access token to the device that calls, remembered in memory, and when devices were seen.
//!
//! What is remembered must never outlive a sign-out: whoever ends tokens calls [`Callers::forget`]
//! after the commit. A token that was read before that commit is not remembered after it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use herold_storage::devices::Sighting;
use moka::sync::Cache;

use crate::Device;
use crate::secrets::TokenHash;

/// Tokens remembered; the least used are forgotten and looked up again.
const CALLERS_MAX: u64 = 100_000;
/// How long a device may call before its being seen is noted again, milliseconds.
const SEEN_EVERY_MS: i64 = 60_000;
/// How long sightings are gathered before they are written together, milliseconds.
const WRITE_EVERY_MS: i64 = 60_000;
/// Sightings gathered before they are written early.
const SIGHTINGS_MAX: usize = 10_000;

pub(crate) struct Callers {
    known: Cache<TokenHash, Arc<Caller>>,
    /// Counts endings of tokens.
    endings: AtomicU64,
    sightings: Mutex<Sightings>,
}

/// A device whose token was looked up.
pub(crate) struct Caller {
    pub(crate) device: Device,
    /// When its token ends, milliseconds.
    pub(crate) expires_at: Option<i64>,
    seen_at: AtomicI64,
    /// False until it is sure that the token did not end while it was looked up.
    sure: AtomicBool,
}

#[derive(Default)]
struct Sightings {
    gathered: HashMap<i64, (i64, IpAddr)>,
    /// On their way to the database; a list still takes them from here.
    in_flight: HashMap<i64, (i64, IpAddr)>,
    written_at: i64,
}

impl Sightings {
    fn take(&mut self) -> Vec<Sighting> {
        self.in_flight.extend(self.gathered.drain());
        self.in_flight.iter().map(|(device_number, seen)| sighting(*device_number, *seen)).collect()
    }
}

/// The number of endings at the moment a look-up began.
pub(crate) struct LookUp(u64);

impl Callers {
    pub(crate) fn new() -> Self {
        Self {
            known: Cache::new(CALLERS_MAX),
            endings: AtomicU64::new(0),
            sightings: Mutex::new(Sightings::default()),
        }
    }

    /// The remembered caller.
    pub(crate) fn get(&self, hash: &TokenHash) -> Option<Arc<Caller>> {
        self.known.get(hash).filter(|caller| caller.sure.load(Ordering::Acquire))
    }

    /// Begins a look-up in the database.
    pub(crate) fn look_up(&self) -> LookUp {
        LookUp(self.endings.load(Ordering::SeqCst))
    }

    /// Remembers what was found, unless tokens ended meanwhile.
    pub(crate) fn remember(
        &self,
        look_up: &LookUp,
        hash: TokenHash,
        device: Device,
        expires_at: Option<i64>,
    ) -> Arc<Caller> {
        let seen_at = AtomicI64::new(i64::MIN);
        let caller = Arc::new(Caller { device, expires_at, seen_at, sure: AtomicBool::new(false) });
        self.known.insert(hash, Arc::clone(&caller));
        if self.endings.load(Ordering::SeqCst) == look_up.0 {
            // An ending from here on removes it.
            caller.sure.store(true, Ordering::Release);
        } else {
            self.known.invalidate(&hash);
        }
        caller
    }

    /// Forgets tokens that ended or whose account changed. To be called after the commit and before
    /// anybody is told.
    pub(crate) fn forget(&self, hashes: &[Vec<u8>]) {
        self.endings.fetch_add(1, Ordering::SeqCst);
        for hash in hashes {
            if let Ok(hash) = TokenHash::try_from(hash.as_slice()) {
                self.known.invalidate(&hash);
            }
        }
    }

    /// Notes that a device calls. Answers what is to be written now, rarely anything.
    pub(crate) fn see(&self, caller: &Caller, address: IpAddr, now_ms: i64) -> Option<Vec<Sighting>> {
        let seen_at = caller.seen_at.load(Ordering::Relaxed);
        if now_ms < seen_at.saturating_add(SEEN_EVERY_MS) && seen_at != i64::MIN {
            return None;
        }
        caller.seen_at.store(now_ms, Ordering::Relaxed);
        let mut sightings = self.sightings.lock().unwrap_or_else(PoisonError::into_inner);
        sightings.gathered.insert(caller.device.device_number, (now_ms, address));
        let due = now_ms.saturating_sub(sightings.written_at) >= WRITE_EVERY_MS;
        if !due && sightings.gathered.len() < SIGHTINGS_MAX {
            return None;
        }
        sightings.written_at = now_ms;
        Some(sightings.take())
    }

    /// Everything noted and not written yet; counts as written.
    pub(crate) fn take_sightings(&self) -> Vec<Sighting> {
        self.sightings.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What was taken is in the database now, or could not be written and is given up.
    pub(crate) fn sightings_written(&self) {
        self.sightings.lock().unwrap_or_else(PoisonError::into_inner).in_flight.clear();
    }

    /// What is noted of these devices and not written yet.
    pub(crate) fn unwritten(&self, device_numbers: &[i64]) -> Vec<Sighting> {
        let sightings = self.sightings.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = |number: &i64| sightings.gathered.get(number).or_else(|| sightings.in_flight.get(number));
        let noted = device_numbers.iter().filter_map(|number| Some((*number, *noted(number)?)));
        noted.map(|(number, seen)| sighting(number, seen)).collect()
    }
}

fn sighting(device_number: i64, (seen_at, address): (i64, IpAddr)) -> Sighting {
    Sighting { device_number, seen_at, seen_ip: address.to_string() }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ruma::{owned_device_id, owned_user_id};

    use super::*;

    fn device(device_number: i64) -> Device {
        Device {
            user_id: owned_user_id!("@a:x"),
            user_number: 1,
            device_id: owned_device_id!("D"),
            device_number,
            admin: false,
            guest: false,
            locked: false,
            suspended: false,
            owes_consent: false,
        }
    }

    #[test]
    fn a_token_that_ended_while_it_was_looked_up_is_not_remembered() {
        let callers = Callers::new();
        let early = callers.look_up();
        callers.forget(&[]);
        callers.remember(&early, [1; 32], device(1), None);
        assert!(callers.get(&[1; 32]).is_none());
        let late = callers.look_up();
        callers.remember(&late, [1; 32], device(1), None);
        assert!(callers.get(&[1; 32]).is_some());
        callers.forget(&[vec![1; 32]]);
        assert!(callers.get(&[1; 32]).is_none());
    }

    #[test]
    fn sightings_are_noted_once_a_minute_and_written_together() {
        let callers = Callers::new();
        let look_up = callers.look_up();
        let first = callers.remember(&look_up, [1; 32], device(1), None);
        let second = callers.remember(&look_up, [2; 32], device(2), None);
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let seen = |caller, now| callers.see(caller, here, now).map(|sightings| sightings.len());
        assert_eq!(seen(&first, 1_000_000), Some(1), "the first is written at once");
        assert_eq!(seen(&first, 1_000_001), None);
        assert_eq!(seen(&second, 1_000_002), None);
        assert_eq!(callers.unwritten(&[1, 2]).len(), 2, "one is on its way, one waits");
        callers.sightings_written();
        assert_eq!(callers.unwritten(&[1, 2]).len(), 1);
        assert_eq!(seen(&first, 1_000_000 + WRITE_EVERY_MS), Some(2));
        callers.sightings_written();
        assert!(callers.unwritten(&[1, 2]).is_empty());
    }
}
