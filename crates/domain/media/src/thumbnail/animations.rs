//! Whose turn it is to have a moving picture made. That takes a hundred times as long as others, so it goes one at a
//! time beside them, and each account waits for its own: many of one person never stand before one of another.

use std::sync::Arc;

use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::MediaError;

use super::THUMBNAILS_WAITING_MAX;

/// Moving pictures that may wait to be made: half of all that may wait, so that others find a place.
const WAITING_MAX: usize = THUMBNAILS_WAITING_MAX / 2;
/// Of them those of one account.
const WAITING_OF_ONE_MAX: usize = 32;
/// Accounts remembered; one that is forgotten while it waits begins a second line.
const ACCOUNTS_MAX: u64 = 1_000;

/// The lines.
pub(super) struct Animations {
    decoder: Semaphore,
    waiting: Arc<Semaphore>,
    accounts: Cache<i64, Account>,
}

/// The line of one account.
#[derive(Clone)]
struct Account {
    waiting: Arc<Semaphore>,
    first: Arc<Semaphore>,
}

/// Holding it is the turn.
pub(super) struct Turn<'a> {
    _decoder: SemaphorePermit<'a>,
    _account: OwnedSemaphorePermit,
    _waiting: [OwnedSemaphorePermit; 2],
}

impl Default for Animations {
    fn default() -> Self {
        Self {
            decoder: Semaphore::new(1),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            accounts: Cache::new(ACCOUNTS_MAX),
        }
    }
}

impl Animations {
    /// Waits until nothing else is made for `account`, and then for the decoder, with one of each other account.
    pub(super) async fn turn(&self, account: i64) -> Result<Turn<'_>, MediaError> {
        let line = self.accounts.get_with(account, || Account {
            waiting: Arc::new(Semaphore::new(WAITING_OF_ONE_MAX)),
            first: Arc::new(Semaphore::new(1)),
        });
        let place =
            |line: &Arc<Semaphore>| Arc::clone(line).try_acquire_owned().map_err(|_| MediaError::Busy);
        let waiting = [place(&line.waiting)?, place(&self.waiting)?];
        let first = line.first.acquire_owned().await.map_err(|_| MediaError::BrokenOff)?;
        let decoder = self.decoder.acquire().await.map_err(|_| MediaError::BrokenOff)?;
        Ok(Turn { _decoder: decoder, _account: first, _waiting: waiting })
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn many_of_one_account_do_not_stand_before_one_of_another() {
        let animations = Animations::default();
        let turn = animations.turn(1).await.unwrap();
        let mut own: Vec<_> = (1..WAITING_OF_ONE_MAX).map(|_| Box::pin(animations.turn(1))).collect();
        assert!(own.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        assert!(matches!(animations.turn(1).await, Err(MediaError::Busy)), "one too many");
        let mut other = Box::pin(animations.turn(2));
        assert!((&mut other).now_or_never().is_none(), "one is made at a time");
        drop(turn);
        // Of account 1 one comes to stand behind it.
        assert!(own.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        let theirs = (&mut other).now_or_never().unwrap().unwrap();
        drop(theirs);
        let made: Vec<_> = own.iter_mut().filter_map(|waiting| waiting.now_or_never()).collect();
        assert_eq!(made.len(), 1);
    }

    #[tokio::test]
    async fn moving_pictures_leave_room_for_others() {
        let animations = Animations::default();
        let _turn = animations.turn(0).await.unwrap();
        let mut waiting: Vec<_> =
            (1..WAITING_MAX as i64).map(|account| Box::pin(animations.turn(account))).collect();
        assert!(waiting.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        assert!(matches!(animations.turn(-1).await, Err(MediaError::Busy)));
    }
}
