//! The task behind typing and presence: ends what has run out, and tells those who wait.

use std::collections::HashSet;
use std::sync::Weak;
use std::time::Duration;

use herold_storage::memberships;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::Inner;
use crate::ephemeral::Passing;

/// Changes of presence are gathered for so long before anybody is woken for them: they are many and not urgent.
const PRESENCE_EVERY: Duration = Duration::from_millis(500);
/// The longest time between two looks at what has run out.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Runs until `closing` says so or its owner is gone.
pub(crate) async fn run(
    inner: Weak<Inner>,
    mut positions: watch::Receiver<i64>,
    mut closing: watch::Receiver<bool>,
) {
    let mut told = *positions.borrow_and_update();
    let mut present: HashSet<i64> = HashSet::new();
    let mut presence_at = Instant::now();
    loop {
        let Some(owner) = inner.upgrade() else { return };
        let now = Instant::now();
        let next = owner.end_what_ran_out(now);
        let seen = *positions.borrow_and_update();
        let known = owner.ephemeral.visit_since(told, |change| match change {
            Passing::Typing { room } => owner.waiting.wake_room(room),
            Passing::Presence { user } => drop(present.insert(user)),
        });
        told = seen;
        if !known {
            owner.waiting.wake_all();
        }
        if !present.is_empty() && presence_at <= now {
            owner.wake_for_presence(present.drain().collect()).await;
            presence_at = now + PRESENCE_EVERY;
        }
        drop(owner);
        let mut look_at = (now + LOOK_EVERY).min(next.unwrap_or(now + LOOK_EVERY));
        if !present.is_empty() {
            look_at = look_at.min(presence_at);
        }
        tokio::select! {
            changed = positions.changed() => if changed.is_err() { return },
            () = sleep_until(look_at) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

impl Inner {
    /// Ends typing and presence whose time is up; gives the next moment to look.
    fn end_what_ran_out(&self, now: Instant) -> Option<Instant> {
        let (rooms, next_typing) = self.typing.expire(now);
        let mut ended: Vec<Passing> = rooms.into_iter().map(|room| Passing::Typing { room }).collect();
        let (users, next_presence) = self.presence.expire(now);
        ended.extend(users.into_iter().map(|user| Passing::Presence { user }));
        if !ended.is_empty() {
            self.ephemeral.tell(&ended);
        }
        next_typing.into_iter().chain(next_presence).min()
    }

    async fn wake_for_presence(&self, users: Vec<i64>) {
        let mut rooms = Vec::new();
        let mut unknown = Vec::new();
        for user in users {
            self.waiting.wake_user(user);
            match self.waiting.rooms_of(user) {
                Some(known) => rooms.extend(known.iter()),
                None => unknown.push(user),
            }
        }
        if !unknown.is_empty() {
            match self.storage.read(move |session| memberships::joined_rooms(session, &unknown)).await {
                Ok(joined) => rooms.extend(joined),
                Err(error) => tracing::warn!(%error, "somebody's presence is told late"),
            }
        }
        self.waiting.wake_rooms(&rooms);
    }
}
