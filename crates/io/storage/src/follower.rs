//! Those who follow the log: how far each has come, and how it gets past an event that it cannot handle.
//!
//! Whatever fails is tried again for ever, but for one case: the database answers, and refuses what comes of one
//! event (see [`StorageError::is_of_content`]). The step that fails is halved until nothing but that event is in it;
//! once it has failed alone twice it is passed as if it concerned nobody, and whoever runs the server is told of it.
//! Each event that is passed costs the pause after a failure: a mistake that fails for all events loses them slowly,
//! while the log and the metrics tell of it.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::counter;

use crate::{Storage, StorageError, events};

/// How a follower fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The follower's name.
    pub name: &'static str,
    /// Positions of the log that it has not seen yet.
    pub behind: i64,
    /// Whether what it tried last failed.
    pub fails: bool,
}

/// All followers of one log.
#[derive(Clone, Default)]
pub(crate) struct Followers(Arc<Mutex<Vec<Arc<Place>>>>);

struct Place {
    name: &'static str,
    reached: AtomicI64,
    fails: AtomicBool,
}

impl Followers {
    /// A follower that has come up to `position`.
    pub(crate) fn add(&self, name: &'static str, position: i64) -> Follower {
        let place = Place { name, reached: AtomicI64::new(position), fails: AtomicBool::new(false) };
        let place = Arc::new(place);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&place));
        Follower { place, obstacle: Obstacle::default() }
    }

    /// How they fare where the log ends at `committed`.
    pub(crate) fn standings(&self, committed: i64) -> Vec<Standing> {
        let standing = |place: &Arc<Place>| Standing {
            name: place.name,
            behind: committed.saturating_sub(place.reached.load(Ordering::Relaxed)).max(0),
            fails: place.fails.load(Ordering::Relaxed),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(standing).collect()
    }
}

/// One that follows the log. It goes in steps, each of which does all that is to be done up to its end, or nothing.
pub struct Follower {
    place: Arc<Place>,
    obstacle: Obstacle,
}

impl Follower {
    /// Everything up to `position` is done.
    pub fn reached(&self, position: i64) {
        self.place.reached.store(position, Ordering::Relaxed);
    }

    /// Whether what it tried last failed.
    pub fn fails(&self, fails: bool) {
        self.place.fails.store(fails, Ordering::Relaxed);
    }

    /// Up to where the next step after `since` goes, on the way to `target`.
    pub fn step(&self, since: i64, target: i64) -> i64 {
        self.obstacle.step(since, target)
    }

    /// The step after `since` up to `until` failed for what is in it: `error` is of content. Answers `None` where a
    /// smaller one is to be tried at once, the position of an event that is to be passed, or the error again where the
    /// same is to be tried in a while. Who passes an event must not come before it again.
    pub async fn blocked<E: From<StorageError> + Send + 'static>(
        &mut self,
        storage: &Storage,
        since: i64,
        until: i64,
        error: E,
    ) -> Result<Option<i64>, E> {
        match self.obstacle.met(since, until) {
            Way::Halve => return Ok(None),
            Way::Again => return Err(error),
            Way::Past => {}
        }
        // What fails without an event comes of none; and the database still answers, or this fails.
        let event_id = storage.read(move |session| events::id_at(session, until).map_err(E::from)).await?;
        let Some(event_id) = event_id else { return Err(error) };
        let follower = self.place.name;
        tracing::error!(
            follower,
            event_id,
            "an event cannot be handled and is passed as if it concerned nobody"
        );
        counter!("herold_follower_passed_total", "follower" => follower).increment(1);
        Ok(Some(until))
    }
}

/// What a follower does about a step that failed.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// Tries half of it.
    Halve,
    /// Tries the same again later.
    Again,
    /// Goes on behind it.
    Past,
}

/// What stands in a follower's way.
#[derive(Default)]
struct Obstacle {
    /// A step up to here failed.
    until: i64,
    /// What stands here failed alone.
    alone: Option<i64>,
}

impl Obstacle {
    fn step(&self, since: i64, target: i64) -> i64 {
        let left = self.until - since;
        if left > 0 { target.min(since + (left / 2).max(1)) } else { target }
    }

    fn met(&mut self, since: i64, until: i64) -> Way {
        self.until = until;
        if until - since > 1 {
            Way::Halve
        } else if self.alone.replace(until) == Some(until) {
            Way::Past
        } else {
            Way::Again
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes from 0 to `target` where every step fails that `bad` is in: the positions that were passed, how many steps
    /// failed, and after how many of them it paused.
    fn walk(target: i64, bad: &[i64]) -> (Vec<i64>, usize, usize) {
        let (mut obstacle, mut since) = (Obstacle::default(), 0);
        let (mut passed, mut failed, mut paused) = (Vec::new(), 0, 0);
        while since < target {
            let until = obstacle.step(since, target);
            assert!(until > since && until <= target);
            if !bad.iter().any(|bad| (since + 1..=until).contains(bad)) {
                since = until;
                continue;
            }
            failed += 1;
            match obstacle.met(since, until) {
                Way::Halve => {}
                Way::Again => paused += 1,
                Way::Past => {
                    passed.push(until);
                    since = until;
                }
            }
        }
        (passed, failed, paused)
    }

    #[test]
    fn what_fails_alone_twice_is_passed_and_nothing_else() {
        assert_eq!(walk(1_000, &[]), (vec![], 0, 0));
        assert_eq!(walk(1, &[1]), (vec![1], 2, 1));
        for bad in [1, 2, 499, 500, 501, 999, 1_000] {
            let (passed, failed, paused) = walk(1_000, &[bad]);
            assert_eq!((passed, paused), (vec![bad], 1));
            assert!(failed <= 12, "{bad}: {failed}");
        }
        assert_eq!(walk(64, &[3, 4, 40]).0, [3, 4, 40]);
    }

    #[test]
    fn what_failed_once_and_works_again_is_not_passed() {
        let mut obstacle = Obstacle::default();
        assert_eq!(obstacle.met(4, 5), Way::Again);
        // More has come meanwhile; the next try is of the same alone.
        assert_eq!(obstacle.step(4, 20), 5);
        assert_eq!(obstacle.step(5, 20), 20);
        assert_eq!((obstacle.met(5, 6), obstacle.met(5, 6)), (Way::Again, Way::Past));
    }

    #[test]
    fn how_far_behind_followers_are_is_told() {
        let followers = Followers::default();
        let (first, second) = (followers.add("first", 5), followers.add("second", 5));
        first.reached(9);
        second.fails(true);
        let told: Vec<_> = followers.standings(8).iter().map(|it| (it.name, it.behind, it.fails)).collect();
        assert_eq!(told, [("first", 0, false), ("second", 3, true)]);
    }
}
