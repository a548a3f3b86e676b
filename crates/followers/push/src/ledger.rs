//! What is owed to pushers, in memory: where each of them is behind, and when a failed one is tried again.
//! A pusher that is owed nothing has no entry.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use herold_storage::pushers::Debt;

/// How long a pusher may fail before what it is owed is forgotten, milliseconds.
const GIVE_UP_AFTER_MS: i64 = 24 * 60 * 60 * 1_000;

#[derive(Default)]
pub(crate) struct Ledger(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    owed: HashMap<i64, Owed>,
    /// Pushers with a stored debt that they are no longer in.
    paid: Vec<i64>,
}

#[derive(Clone, Debug)]
struct Owed {
    user: i64,
    /// Everything up to here is sent.
    since: i64,
    /// There may be something up to here.
    until: i64,
    /// Whether the number of unread messages is to be told in any case.
    recount: bool,
    running: bool,
    failures: i64,
    failing_since: i64,
    retry_at: i64,
    /// The debt is in the table, perhaps from an earlier position.
    stored: bool,
    /// The table does not have the newest failure yet.
    changed: bool,
}

/// What a pusher is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) user: i64,
    pub(crate) since: i64,
    pub(crate) until: i64,
    pub(crate) recount: bool,
}

/// What is to be stored at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Everything up to here is sent, but for the debts.
    pub(crate) cursor: i64,
    pub(crate) debts: Vec<Debt>,
    pub(crate) paid: Vec<i64>,
}

impl Ledger {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up what was owed before a restart. What came after it up to `cursor` is owed too.
    pub(crate) fn take_up(&self, debts: &[Debt], cursor: i64) {
        let mut entries = self.entries();
        for debt in debts {
            let owed = Owed {
                user: debt.user_number,
                since: debt.behind_since,
                until: cursor.max(debt.behind_since),
                // Who failed may have been told of less than there is.
                recount: debt.failures > 0,
                running: false,
                failures: debt.failures,
                failing_since: debt.failing_since,
                retry_at: debt.retry_at,
                stored: true,
                changed: false,
            };
            entries.owed.insert(debt.pusher_number, owed);
        }
    }

    /// There may be something for `pusher` after `since` and up to `until`.
    pub(crate) fn owe(&self, pusher: i64, user: i64, since: i64, until: i64, recount: bool) {
        let mut entries = self.entries();
        let stored = entries.paid.contains(&pusher);
        if stored {
            entries.paid.retain(|paid| *paid != pusher);
        }
        let owed = entries.owed.entry(pusher).or_insert(Owed {
            user,
            since,
            until,
            recount,
            running: false,
            failures: 0,
            failing_since: 0,
            retry_at: 0,
            stored,
            changed: stored,
        });
        (owed.until, owed.recount) = (owed.until.max(until), owed.recount || recount);
    }

    /// Up to `most` pushers that are to be told something now; they count as running.
    pub(crate) fn due(&self, now_ms: i64, most: usize) -> Vec<i64> {
        let mut entries = self.entries();
        let due = entries.owed.iter_mut().filter(|(_, owed)| !owed.running && owed.retry_at <= now_ms);
        due.take(most)
            .map(|(pusher, owed)| {
                owed.running = true;
                *pusher
            })
            .collect()
    }

    /// What `pusher` is to be told next; nothing more makes it rest.
    pub(crate) fn next(&self, pusher: i64) -> Option<Work> {
        let mut entries = self.entries();
        let owed = entries.owed.get_mut(&pusher)?;
        if owed.since < owed.until || owed.recount {
            let recount = std::mem::take(&mut owed.recount);
            return Some(Work { user: owed.user, since: owed.since, until: owed.until, recount });
        }
        entries.remove(pusher);
        None
    }

    /// Everything up to `position` was sent.
    pub(crate) fn sent(&self, pusher: i64, position: i64) {
        if let Some(owed) = self.entries().owed.get_mut(&pusher) {
            owed.since = owed.since.max(position);
            (owed.failures, owed.failing_since, owed.retry_at) = (0, 0, 0);
        }
    }

    /// Sending failed: the next try is due in `wait_ms(failures)`. After a long time of failures what is owed is
    /// forgotten.
    pub(crate) fn failed(&self, pusher: i64, now_ms: i64, wait_ms: impl FnOnce(i64) -> i64) {
        let mut entries = self.entries();
        let Some(owed) = entries.owed.get_mut(&pusher) else { return };
        if owed.failures > 0 && now_ms - owed.failing_since > GIVE_UP_AFTER_MS {
            entries.remove(pusher);
            return;
        }
        if owed.failures == 0 {
            owed.failing_since = now_ms;
        }
        owed.failures += 1;
        owed.retry_at = now_ms + wait_ms(owed.failures);
        (owed.running, owed.recount, owed.changed) = (false, true, true);
    }

    /// What is being sent is left for later: the server ends.
    pub(crate) fn interrupted(&self, pusher: i64) {
        if let Some(owed) = self.entries().owed.get_mut(&pusher) {
            owed.running = false;
        }
    }

    /// The pusher is gone.
    pub(crate) fn forget(&self, pusher: i64) {
        self.entries().remove(pusher);
    }

    /// What is to be stored when everything up to `walked` was looked at. At the `end` everything that is owed
    /// becomes a debt, so that the cursor need not stay behind for it.
    pub(crate) fn account(&self, walked: i64, end: bool) -> Account {
        let mut entries = self.entries();
        let mut account =
            Account { cursor: walked, debts: Vec::new(), paid: std::mem::take(&mut entries.paid) };
        for (pusher, owed) in &mut entries.owed {
            let nothing = owed.since >= owed.until && !owed.recount && !owed.stored;
            if nothing {
                continue;
            }
            if owed.changed || end {
                account.debts.push(Debt {
                    pusher_number: *pusher,
                    user_number: owed.user,
                    behind_since: owed.since,
                    failures: owed.failures,
                    failing_since: owed.failing_since,
                    retry_at: owed.retry_at,
                });
                (owed.stored, owed.changed) = (true, false);
            } else if !owed.stored {
                account.cursor = account.cursor.min(owed.since);
            }
        }
        account
    }

    /// `account` could not be stored.
    pub(crate) fn not_stored(&self, account: Account) {
        let mut entries = self.entries();
        entries.paid.extend(account.paid);
        for debt in account.debts {
            if let Some(owed) = entries.owed.get_mut(&debt.pusher_number) {
                owed.changed = true;
            }
        }
    }
}

impl Entries {
    fn remove(&mut self, pusher: i64) {
        if self.owed.remove(&pusher).is_some_and(|owed| owed.stored) {
            self.paid.push(pusher);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_waits_for_what_is_being_sent_and_not_for_what_fails() {
        let ledger = Ledger::default();
        ledger.owe(1, 10, 100, 105, false);
        ledger.owe(2, 20, 100, 105, false);
        assert_eq!(ledger.due(0, 9).len(), 2);
        assert_eq!(ledger.next(1), Some(Work { user: 10, since: 100, until: 105, recount: false }));
        ledger.sent(1, 103);
        assert_eq!(ledger.account(105, false), Account { cursor: 100, debts: vec![], paid: vec![] });
        ledger.sent(1, 105);
        assert_eq!(ledger.next(1), None);
        ledger.failed(2, 1_000, |failures| failures * 7);
        let account = ledger.account(105, false);
        assert_eq!(
            (account.cursor, account.debts[0].behind_since, account.debts[0].retry_at),
            (105, 100, 1_007)
        );
        assert!(ledger.account(105, false).debts.is_empty(), "once is enough");
        assert!(ledger.due(1_006, 9).is_empty());
        assert_eq!(ledger.due(1_007, 9), [2]);
        ledger.sent(2, 105);
        assert!(ledger.next(2).is_some_and(|work| work.recount), "the number is told after a failure");
        assert_eq!(ledger.next(2), None);
        assert_eq!(ledger.account(106, false), Account { cursor: 106, debts: vec![], paid: vec![2] });
    }

    #[test]
    fn whoever_fails_for_a_day_is_owed_nothing_more() {
        let ledger = Ledger::default();
        ledger.owe(1, 10, 100, 105, false);
        ledger.failed(1, 1_000, |_| 0);
        ledger.failed(1, 1_000 + GIVE_UP_AFTER_MS, |_| 0);
        assert!(ledger.next(1).is_some());
        ledger.failed(1, 1_001 + GIVE_UP_AFTER_MS, |_| 0);
        assert_eq!(ledger.next(1), None);
    }

    #[test]
    fn at_the_end_everything_owed_is_a_debt() {
        let ledger = Ledger::default();
        ledger.owe(1, 10, 100, 105, false);
        let account = ledger.account(109, true);
        assert_eq!((account.cursor, account.debts[0].behind_since), (109, 100));
        let after = Ledger::default();
        after.take_up(&account.debts, account.cursor);
        assert_eq!(after.next(1), Some(Work { user: 10, since: 100, until: 109, recount: false }));
    }
}
