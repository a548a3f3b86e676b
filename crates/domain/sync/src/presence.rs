//! Who is online, idle or away, in memory only. A user's presence is that of their liveliest device.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ruma::presence::PresenceState;
use tokio::time::Instant;

/// How long a device counts as connected after its last sync ended.
const CONNECTED_FOR: Duration = Duration::from_secs(30);
/// How long after their last doing an online user is shown as idle.
const IDLE_AFTER: Duration = Duration::from_secs(300);
/// People with a presence; more are shown as offline.
const PEOPLE_MAX: usize = 200_000;

/// The presence of everybody.
#[derive(Default)]
pub(crate) struct Presence(Mutex<HashMap<i64, Present>>);

/// One user's presence as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) state: PresenceState,
    pub(crate) status: Option<String>,
    /// Milliseconds since the Unix epoch of the last thing the user did.
    pub(crate) active_at: i64,
    pub(crate) currently_active: bool,
}

#[derive(Debug)]
struct Present {
    devices: BTreeMap<i64, Connected>,
    /// What the user said last with PUT, which stands until their devices are gone.
    said: Option<PresenceState>,
    status: Option<String>,
    active_at: i64,
    active_until: Instant,
    shown: PresenceState,
    shown_active: bool,
}

#[derive(Debug)]
struct Connected {
    state: PresenceState,
    until: Instant,
}

impl Present {
    fn new(now: Instant) -> Self {
        Self {
            devices: BTreeMap::new(),
            said: None,
            status: None,
            active_at: 0,
            active_until: now,
            shown: PresenceState::Offline,
            shown_active: false,
        }
    }

    /// What is to be shown at `now`.
    fn state(&self, now: Instant) -> PresenceState {
        let live = self.devices.values().filter(|device| device.until > now);
        let liveliest = live.map(|device| rank(&device.state)).max();
        let said = self.said.as_ref();
        match (liveliest, said) {
            (_, Some(PresenceState::Offline)) | (None | Some(0), _) => PresenceState::Offline,
            (Some(1), _) | (_, Some(PresenceState::Unavailable)) => PresenceState::Unavailable,
            _ if self.active_until <= now => PresenceState::Unavailable,
            _ => PresenceState::Online,
        }
    }

    /// Works out what is shown now; whether that is something new.
    fn settle(&mut self, now: Instant) -> bool {
        self.devices.retain(|_, device| device.until > now);
        if self.devices.is_empty() && self.said != Some(PresenceState::Offline) {
            self.said = None;
        }
        let (state, active) = (self.state(now), self.active_until > now);
        let changed = state != self.shown || (state == PresenceState::Online && active != self.shown_active);
        (self.shown, self.shown_active) = (state, active);
        changed
    }

    fn next(&self, now: Instant) -> Option<Instant> {
        let ends = self.devices.values().map(|device| device.until);
        ends.chain([self.active_until]).filter(|until| *until > now).min()
    }
}

fn rank(state: &PresenceState) -> u8 {
    match state {
        PresenceState::Offline => 0,
        PresenceState::Unavailable => 1,
        _ => 2,
    }
}

impl Presence {
    fn people(&self) -> MutexGuard<'_, HashMap<i64, Present>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A device syncs, up to `until`, and says how its user is. Whether others see something new.
    pub(crate) fn syncs(
        &self,
        user: i64,
        device: i64,
        state: PresenceState,
        until: Instant,
        now: Instant,
        now_ms: i64,
    ) -> bool {
        let mut people = self.people();
        if state == PresenceState::Offline {
            let Some(present) = people.get_mut(&user) else { return false };
            present.devices.remove(&device);
            return present.settle(now);
        }
        if !people.contains_key(&user) && people.len() >= PEOPLE_MAX {
            return false;
        }
        let present = people.entry(user).or_insert_with(|| Present::new(now));
        let arrives = present.devices.is_empty();
        if state == PresenceState::Online && arrives {
            (present.active_at, present.active_until) = (now_ms, now + IDLE_AFTER);
        }
        present.devices.insert(device, Connected { state, until: until + CONNECTED_FOR });
        if present.said == Some(PresenceState::Offline) {
            present.said = None;
        }
        present.settle(now)
    }

    /// A user says how they are. Whether others see something new.
    pub(crate) fn says(
        &self,
        user: i64,
        device: i64,
        state: PresenceState,
        status: Option<String>,
        now: Instant,
        now_ms: i64,
    ) -> bool {
        let mut people = self.people();
        if !people.contains_key(&user) && people.len() >= PEOPLE_MAX {
            return false;
        }
        let present = people.entry(user).or_insert_with(|| Present::new(now));
        if state != PresenceState::Offline {
            present.devices.insert(device, Connected { state: state.clone(), until: now + CONNECTED_FOR });
            (present.active_at, present.active_until) = (now_ms, now + IDLE_AFTER);
        }
        present.said = Some(state);
        let restated = present.status != status;
        present.status = status;
        present.settle(now) || restated
    }

    /// A user did something: sent, read, typed. Whether others see something new.
    pub(crate) fn acts(&self, user: i64, now: Instant, now_ms: i64) -> bool {
        let mut people = self.people();
        let Some(present) = people.get_mut(&user) else { return false };
        (present.active_at, present.active_until) = (now_ms, now + IDLE_AFTER);
        present.settle(now)
    }

    /// Works out whose presence has run out at `now`: those who are shown otherwise now, and the next moment to ask.
    pub(crate) fn expire(&self, now: Instant) -> (Vec<i64>, Option<Instant>) {
        let mut changed = Vec::new();
        let mut next: Option<Instant> = None;
        self.people().retain(|user, present| {
            if present.settle(now) {
                changed.push(*user);
            }
            next = present.next(now).into_iter().chain(next).min();
            present.shown != PresenceState::Offline || present.status.is_some() || present.active_at > 0
        });
        (changed, next)
    }

    /// How `user` is shown.
    pub(crate) fn of(&self, user: i64) -> Option<Shown> {
        self.people().get(&user).map(shown)
    }

    /// Those who are not offline.
    pub(crate) fn around(&self) -> Vec<i64> {
        let people = self.people();
        people
            .iter()
            .filter(|(_, present)| present.shown != PresenceState::Offline)
            .map(|(user, _)| *user)
            .collect()
    }
}

fn shown(present: &Present) -> Shown {
    Shown {
        state: present.shown.clone(),
        status: present.status.clone(),
        active_at: present.active_at,
        currently_active: present.shown == PresenceState::Online && present.shown_active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn presence_comes_with_a_sync_and_goes_when_none_follows() {
        let (presence, start) = (Presence::default(), Instant::now());
        assert!(presence.syncs(1, 10, PresenceState::Online, start, start, 1_000));
        assert!(!presence.syncs(1, 10, PresenceState::Online, start + SECOND, start + SECOND, 2_000));
        let shown = presence.of(1).unwrap();
        assert_eq!(
            (shown.state, shown.active_at, shown.currently_active),
            (PresenceState::Online, 1_000, true)
        );
        let (changed, _) = presence.expire(start + SECOND + CONNECTED_FOR);
        assert_eq!(changed, [1]);
        assert_eq!(presence.of(1).unwrap().state, PresenceState::Offline);
        assert!(presence.around().is_empty());
    }

    #[test]
    fn who_does_nothing_becomes_idle_and_doing_something_ends_that() {
        let (presence, start) = (Presence::default(), Instant::now());
        presence.syncs(1, 10, PresenceState::Online, start, start, 0);
        let later = start + IDLE_AFTER;
        assert!(presence.syncs(1, 10, PresenceState::Online, later, later, 0));
        assert_eq!(presence.of(1).unwrap().state, PresenceState::Unavailable);
        assert!(presence.acts(1, later, 5));
        assert_eq!(presence.of(1).unwrap().state, PresenceState::Online);
    }

    #[test]
    fn the_liveliest_device_counts_and_what_was_said_overrides_it() {
        let (presence, now) = (Presence::default(), Instant::now());
        presence.syncs(1, 10, PresenceState::Unavailable, now, now, 0);
        assert_eq!(presence.of(1).unwrap().state, PresenceState::Unavailable);
        presence.syncs(1, 11, PresenceState::Online, now, now, 0);
        presence.acts(1, now, 0);
        assert_eq!(presence.of(1).unwrap().state, PresenceState::Online);
        assert!(presence.says(1, 10, PresenceState::Unavailable, Some("busy".to_owned()), now, 0));
        let shown = presence.of(1).unwrap();
        assert_eq!((shown.state, shown.status.as_deref()), (PresenceState::Unavailable, Some("busy")));
        assert!(presence.says(1, 10, PresenceState::Offline, None, now, 0));
        assert_eq!(presence.of(1).unwrap().state, PresenceState::Offline);
    }
}
