//! Whether those who follow the log come along with it: what `/ready` and the metrics say of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use herold_base::Clock;
use herold_storage::{Standing, Storage};
use metrics::gauge;

/// Positions of the log that a follower may be behind.
const BEHIND_MAX: i64 = 20_000;
/// How long one may fail, or be further behind than that without coming nearer, before the server counts as not ready.
const TROUBLE_MAX_MS: i64 = 60_000;
/// How often somebody looks.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Watches the followers of one server. Clones share everything.
#[derive(Clone)]
pub(crate) struct FollowerWatch {
    storage: Storage,
    clock: Clock,
    troubles: Arc<Mutex<Troubles>>,
}

impl FollowerWatch {
    pub(crate) fn new(storage: Storage, clock: Clock) -> Self {
        Self { storage, clock, troubles: Arc::default() }
    }

    /// Looks at the followers now; says what is wrong with them, if it has been for too long.
    pub(crate) fn look(&self) -> Result<(), String> {
        let standings = self.storage.followers();
        for standing in &standings {
            gauge!("herold_follower_behind", "follower" => standing.name).set(standing.behind as f64);
            let fails = f64::from(u8::from(standing.fails));
            gauge!("herold_follower_fails", "follower" => standing.name).set(fails);
        }
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.see(&standings, self.clock.now_ms())
    }

    /// Looks again and again, so that it is known since when something is wrong.
    pub(crate) async fn keep_up(self) {
        let mut interval = tokio::time::interval(LOOK_EVERY);
        loop {
            interval.tick().await;
            // Whoever asks is told.
            let _ = self.look();
        }
    }
}

/// What is wrong with followers, by name.
#[derive(Default)]
struct Troubles(HashMap<&'static str, Trouble>);

#[derive(Clone, Copy, Default)]
struct Trouble {
    fails_since: Option<i64>,
    /// Since when it did not come nearer, and how far behind it was then.
    behind_since: Option<(i64, i64)>,
}

impl Troubles {
    fn see(&mut self, standings: &[Standing], now_ms: i64) -> Result<(), String> {
        let mut told = Ok(());
        for standing in standings {
            let trouble = self.0.entry(standing.name).or_default();
            trouble.see(standing, now_ms);
            told = told.and(trouble.tell(standing, now_ms));
        }
        told
    }
}

impl Trouble {
    fn see(&mut self, standing: &Standing, now_ms: i64) {
        self.fails_since = standing.fails.then(|| self.fails_since.unwrap_or(now_ms));
        let before = self.behind_since.filter(|(_, behind)| standing.behind >= *behind);
        let behind = standing.behind > BEHIND_MAX;
        self.behind_since = behind.then(|| before.unwrap_or((now_ms, standing.behind)));
    }

    fn tell(self, Standing { name, behind, .. }: &Standing, now_ms: i64) -> Result<(), String> {
        let too_long = |since: i64| now_ms.saturating_sub(since) > TROUBLE_MAX_MS;
        match self {
            Self { fails_since: Some(since), .. } if too_long(since) => {
                let seconds = now_ms.saturating_sub(since) / 1_000;
                Err(format!("the follower {name:?} has been failing for {seconds} seconds; the log says why"))
            }
            Self { behind_since: Some((since, _)), .. } if too_long(since) => {
                Err(format!("the follower {name:?} is {behind} positions behind and does not come nearer"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(looks: &[(i64, i64, bool)]) -> Result<(), String> {
        let mut troubles = Troubles::default();
        let mut told = Ok(());
        for (seconds, behind, fails) in looks {
            let standing = Standing { name: "push", behind: *behind, fails: *fails };
            told = troubles
                .see(&[Standing { name: "fine", behind: 0, fails: false }, standing], seconds * 1_000);
        }
        told
    }

    #[test]
    fn who_fails_or_stays_behind_is_told_of_after_a_minute() {
        let far = BEHIND_MAX + 5;
        let fails = "the follower \"push\" has been failing for 61 seconds; the log says why";
        let behind =
            format!("the follower \"push\" is {} positions behind and does not come nearer", far + 1);
        let table = [
            (vec![(0, 0, true), (60, 0, true)], None),
            (vec![(0, 0, true), (61, 0, true)], Some(fails)),
            (vec![(0, 0, true), (30, 0, false), (61, 0, true)], None),
            (vec![(0, BEHIND_MAX, false), (61, BEHIND_MAX, false)], None),
            (vec![(0, far, false), (61, far + 1, false)], Some(behind.as_str())),
            // An index that is made anew takes a while.
            (vec![(0, far + 90, false), (50, far + 40, false), (99, far, false)], None),
            (vec![(0, far, false), (30, 0, false), (61, far, false)], None),
        ];
        for (looks, told) in table {
            assert_eq!(seen(&looks).err().as_deref(), told, "{looks:?}");
        }
    }
}
