//! Work that many ask for and that is done once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// What is being done right now, by key. Whoever asks for what somebody has begun waits for the same outcome. What
/// was begun goes on to its end, also when nobody waits for it any more. Clones share everything.
#[derive(Debug)]
pub struct Flights<K, T>(Arc<Mutex<HashMap<K, watch::Receiver<Option<T>>>>>);

impl<K, T> Clone for Flights<K, T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, T> Default for Flights<K, T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// What comes of it, later.
#[derive(Debug)]
pub struct Outcome<T>(watch::Receiver<Option<T>>);

impl<K, T> Flights<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Joins what is being done for `key`, or begins it: `begin` is called where nobody has, under a lock, and gives
    /// the work or the reason why it cannot be begun.
    pub fn join<W, E>(&self, key: K, begin: impl FnOnce() -> Result<W, E>) -> Result<Outcome<T>, E>
    where
        W: Future<Output = T> + Send + 'static,
    {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = flights.get(&key) {
            return Ok(Outcome(outcome.clone()));
        }
        let work = begin()?;
        let (sender, receiver) = watch::channel(None);
        flights.insert(key.clone(), receiver.clone());
        let done = Done { flights: self.clone(), key };
        tokio::spawn(async move {
            let outcome = work.await;
            // Before it is told: whoever asks again because of it is to begin anew.
            drop(done);
            sender.send_replace(Some(outcome));
        });
        Ok(Outcome(receiver))
    }
}

impl<T: Clone> Outcome<T> {
    /// Waits for it; `None` where the work was broken off: it panicked, or the program ends.
    pub async fn wait(mut self) -> Option<T> {
        self.0.wait_for(Option::is_some).await.ok()?.clone()
    }
}

/// Takes an entry out of what is being done, whatever happened.
struct Done<K: Eq + Hash, T> {
    flights: Flights<K, T>,
    key: K,
}

impl<K: Eq + Hash, T> Drop for Done<K, T> {
    fn drop(&mut self) {
        self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn many_askers_one_work_and_then_it_is_forgotten() {
        let flights = Flights::<u32, u32>::default();
        let (begun, go) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let ask = || {
            let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
            flights.join(7, || {
                Ok::<_, Infallible>(async move {
                    go.notified().await;
                    begun.fetch_add(1, Ordering::SeqCst) + 1
                })
            })
        };
        let (Ok(first), Ok(second)) = (ask(), ask());
        go.notify_one();
        assert_eq!((first.wait().await, second.wait().await), (Some(1), Some(1)));
        go.notify_one();
        let Ok(third) = ask();
        assert_eq!(third.wait().await, Some(2));
        assert!(flights.join::<std::future::Ready<u32>, _>(8, || Err("no")).is_err());
    }

    #[tokio::test]
    async fn work_that_panics_is_broken_off() {
        let flights = Flights::<u32, u32>::default();
        let Ok(outcome) = flights.join(7, || Ok::<_, Infallible>(async { panic!("as it was told to") }));
        assert_eq!(outcome.wait().await, None);
    }
}
