//! Looks whether there is news for one device, and waits until there may be. Both syncs stand on it.

use std::sync::Arc;

use herold_accounts::Device;
use herold_storage::devices;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::news::{self, Asking, News, Told};
use crate::people::{self, Known, Stale};
use crate::waiting::Place;
use crate::{Inner, SyncError};

/// What a look found.
pub(crate) struct Look {
    pub(crate) known: Known,
    pub(crate) news: News,
    pub(crate) until: i64,
    pub(crate) ephemeral: i64,
}

/// A request that looks for news, and may wait for them.
pub(crate) struct Looking<'a> {
    inner: &'a Arc<Inner>,
    device: &'a Device,
    /// Whether the client goes on from an earlier answer.
    goes_on: bool,
    /// There was nothing to tell up to here.
    looked_to: i64,
    ephemeral_looked_to: Option<i64>,
    deadline: Instant,
    place: Option<Place<'a>>,
    registered: Option<Arc<[i64]>>,
    closing: watch::Receiver<bool>,
}

impl<'a> Looking<'a> {
    /// Begins after the log and the ephemeral position that the client has seen; without those at the beginning.
    pub(crate) fn new(
        inner: &'a Arc<Inner>,
        device: &'a Device,
        since: Option<(i64, i64)>,
        deadline: Instant,
    ) -> Self {
        Self {
            inner,
            device,
            goes_on: since.is_some(),
            looked_to: since.map_or(0, |(position, _)| position),
            ephemeral_looked_to: since.map(|(_, ephemeral)| ephemeral),
            deadline,
            place: None,
            registered: None,
            closing: inner.closing.subscribe(),
        }
    }

    /// The position after which the next look's news are complete.
    pub(crate) fn looked_to(&self) -> i64 {
        self.looked_to
    }

    /// What a look found was nothing to be told.
    pub(crate) fn found_nothing(&mut self, until: i64, ephemeral: i64) {
        (self.looked_to, self.ephemeral_looked_to) = (until, Some(ephemeral));
    }

    /// Whether the request is to be answered now, whatever `look` found.
    pub(crate) async fn must_answer(&mut self, look: &Look) -> Result<bool, SyncError> {
        if look.news.signed_out {
            self.still_signed_in().await?;
        }
        Ok(Instant::now() >= self.deadline
            || *self.closing.borrow_and_update()
            || look.news.signed_out
            || self.place.as_ref().is_some_and(|place| place.bell.replaced()))
    }

    /// Waits until there may be news of the user, who is in the rooms `joined`.
    pub(crate) async fn wait(&mut self, joined: &Arc<[i64]>) {
        // Interest first, then another look, then the wait: nothing falls between them.
        if !self.registered.as_ref().is_some_and(|rooms| Arc::ptr_eq(rooms, joined)) {
            match &self.place {
                Some(place) => place.set_rooms(joined),
                None => {
                    let (user, device) = (self.device.user_number, self.device.device_number);
                    self.place = Some(self.inner.waiting.begin(user, device, joined));
                }
            }
            self.registered = Some(Arc::clone(joined));
            return;
        }
        let Some(place) = &self.place else { return };
        tokio::select! {
            () = place.bell.rung() => {}
            () = sleep_until(self.deadline) => {}
            _ = self.closing.wait_for(|closing| *closing) => {}
        }
    }

    /// Somebody of this user was signed out: if it was this device, it is told so instead of any news.
    async fn still_signed_in(&self) -> Result<(), SyncError> {
        let (user, ids) = (self.device.user_number, [self.device.device_id.to_string()]);
        let read = self.inner.storage.read(move |session| devices::by_id(session, user, &ids));
        let found = read.await.map_err(SyncError::from)?;
        let is_there = found.iter().any(|found| found.device_number == self.device.device_number);
        if is_there { Ok(()) } else { Err(SyncError::SignedOut) }
    }

    /// Looks for news since the last look.
    pub(crate) async fn look(&self) -> Result<Look, SyncError> {
        let inner = self.inner;
        let committed = *inner.storage.committed().borrow();
        inner.walked(committed).await?;
        let (user, device) = (self.device.user_number, self.device.device_number);
        loop {
            let ephemeral = inner.ephemeral.position();
            let remembered = inner.people.get(user);
            // Read after what is remembered, so that it is never from before it.
            let until = *inner.walked.borrow();
            let Some(known) = remembered else {
                self.load(until).await?;
                continue;
            };
            let asking = Asking { user, device, known: &known, since: self.looked_to, until };
            let (mut news, known) = match self.goes_on {
                false => (News::default(), self.current(known, until).await?),
                true => match news::from_memory(inner.storage.changes(), &asking) {
                    Told::Everything(news, stale) => (*news, self.refresh(known, &stale, until).await?),
                    Told::TooOld(reload) => {
                        let known =
                            if reload { self.load(until).await? } else { self.current(known, until).await? };
                        (self.ask_tables(&known, until).await?, known)
                    }
                },
            };
            // The tables may be ahead of what was walked: then all is looked at again from there.
            let newest = known.rooms.values().map(|own| own.position).max().unwrap_or(0);
            if newest > until {
                inner.walked(newest).await?;
                continue;
            }
            news.add_passing(&inner.ephemeral, &inner.typing, &known, self.ephemeral_looked_to);
            if !inner.settings.presence {
                news.presence.clear();
                news.all_presence = false;
            }
            return Ok(Look { known, news, until, ephemeral });
        }
    }

    async fn load(&self, until: i64) -> Result<Known, SyncError> {
        let (user, user_id) = (self.device.user_number, self.device.user_id.clone());
        let read = self.inner.storage.read(move |session| people::load(session, user, &user_id, until));
        let known = read.await.map_err(SyncError::from)?;
        self.inner.people.put(user, known.clone());
        Ok(known)
    }

    /// The user as of `until`.
    async fn current(&self, known: Known, until: i64) -> Result<Known, SyncError> {
        let (user, device) = (self.device.user_number, self.device.device_number);
        let asking = Asking { user, device, known: &known, since: known.as_of, until };
        match news::from_memory(self.inner.storage.changes(), &asking) {
            Told::Everything(_, stale) => self.refresh(known, &stale, until).await,
            Told::TooOld(_) => self.load(until).await,
        }
    }

    async fn refresh(&self, known: Known, stale: &Stale, until: i64) -> Result<Known, SyncError> {
        let user = self.device.user_number;
        let fresh = if stale.is_empty() {
            if known.as_of >= until {
                return Ok(known);
            }
            Known { as_of: until, ..known }
        } else {
            let (user_id, stale) = (self.device.user_id.clone(), stale.clone());
            let read = self
                .inner
                .storage
                .read(move |session| people::refresh(session, user, &user_id, &known, &stale, until));
            read.await.map_err(SyncError::from)?
        };
        self.inner.people.put(user, fresh.clone());
        Ok(fresh)
    }

    async fn ask_tables(&self, known: &Known, until: i64) -> Result<News, SyncError> {
        let (known, since) = (known.clone(), self.looked_to);
        let (user, device) = (self.device.user_number, self.device.device_number);
        let read = self.inner.storage.read(move |session| {
            news::from_tables(session, &Asking { user, device, known: &known, since, until })
        });
        read.await
    }
}
