//! GET /sync: looks whether there is anything to tell, tells it, or waits until there is.

use std::sync::Arc;
use std::time::Duration;

use herold_accounts::Device;
use herold_rooms::read::Person;
use herold_storage::one_time_keys::{self, KeyCounts};
use herold_storage::{Session, devices, to_device};
use ruma::presence::PresenceState;
use tokio::time::{Instant, sleep_until};

use crate::ephemeral::Passing;
use crate::filter::SyncFilter;
use crate::gather::{self, Gathered, Plan};
use crate::lazy::Sent;
use crate::news::{self, Asking, News, Told};
use crate::people::{self, Known, Stale};
use crate::token::Token;
use crate::waiting::Place;
use crate::{Inner, Sync, SyncError, write};

/// The longest time a request waits, whatever it asks for.
pub const TIMEOUT_MAX: Duration = Duration::from_secs(300);

/// What a client asks.
#[derive(Clone, Debug, Default)]
pub struct SyncRequest {
    /// The token of the last answer.
    pub since: Option<String>,
    /// A filter's id, or a filter.
    pub filter: Option<String>,
    /// Whether to tell all state of all rooms.
    pub full_state: bool,
    /// How the user is.
    pub set_presence: PresenceState,
    /// How long to wait for news.
    pub timeout: Duration,
    /// Whether states are told as of the end of timelines.
    pub use_state_after: bool,
}

/// What a look found.
struct Look {
    known: Known,
    news: News,
    until: i64,
    ephemeral: i64,
}

/// A request being answered.
struct Asked<'a> {
    inner: &'a Arc<Inner>,
    device: &'a Device,
    request: SyncRequest,
    filter: Arc<SyncFilter>,
    since: Option<Token>,
    sent: Option<Arc<Sent>>,
    /// There was nothing to tell up to here.
    looked_to: i64,
    ephemeral_looked_to: Option<i64>,
}

impl Sync {
    /// What there is to tell `device`: the JSON of an answer. Waits for news where the request says so.
    ///
    /// # Errors
    ///
    /// [`SyncError::InvalidToken`] and [`SyncError::UnknownFilter`], or when the database fails.
    pub async fn sync(&self, device: &Device, request: SyncRequest) -> Result<String, SyncError> {
        let filter = self.filter(device, request.filter.as_deref()).await?;
        let since = request.since.as_deref().map(str::parse::<Token>).transpose()?;
        let inner = &self.0;
        if since.is_some_and(|since| since.position > *inner.storage.committed().borrow()) {
            return Err(SyncError::UnknownPosition);
        }
        inner.set_presence(device, &request);
        if let Some(since) = since {
            inner.acknowledge(device.device_number, since).await?;
        }
        let sent = filter
            .lazy_load_members
            .then(|| inner.lazy.of(device.device_number, filter.id, since.map(|since| since.position)));
        let deadline = Instant::now() + request.timeout.min(TIMEOUT_MAX);
        let mut asked = Asked {
            inner,
            device,
            filter,
            since,
            sent,
            looked_to: since.map_or(0, |since| since.position),
            ephemeral_looked_to: since.map(|since| since.ephemeral),
            request,
        };
        Box::pin(asked.answer(deadline)).await
    }
}

impl Asked<'_> {
    async fn answer(&mut self, deadline: Instant) -> Result<String, SyncError> {
        let inner = self.inner;
        let waits = self.since.is_some() && !self.request.full_state;
        let mut place: Option<Place<'_>> = None;
        let mut registered: Option<Arc<[i64]>> = None;
        let mut closing = inner.closing.subscribe();
        loop {
            // In boxes: of those who wait, who are many, only what waiting needs stays in memory.
            let look = Box::pin(self.look()).await?;
            if look.news.signed_out {
                self.still_signed_in().await?;
            }
            let ends = !waits
                || Instant::now() >= deadline
                || *closing.borrow_and_update()
                || look.news.signed_out
                || place.as_ref().is_some_and(|place| place.bell.replaced());
            let pending = self.since.is_some_and(|since| since.to_device.is_some());
            let joined = Arc::clone(&look.known.joined);
            if ends || pending || !look.news.is_empty() {
                let counts_changed = look.news.key_counts;
                let plan = self.plan(look);
                let (gathered, plan) = Box::pin(self.gather(plan)).await?;
                if ends || counts_changed || !gathered.is_empty() {
                    return Ok(self.write(&gathered, &plan));
                }
                (self.looked_to, self.ephemeral_looked_to) = (plan.until, Some(plan.ephemeral));
            } else {
                (self.looked_to, self.ephemeral_looked_to) = (look.until, Some(look.ephemeral));
            }
            // Interest first, then another look, then the wait: nothing falls between them.
            if !registered.as_ref().is_some_and(|rooms| Arc::ptr_eq(rooms, &joined)) {
                match &place {
                    Some(place) => place.set_rooms(&joined),
                    None => {
                        let device = self.device;
                        place = Some(inner.waiting.begin(device.user_number, device.device_number, &joined));
                    }
                }
                registered = Some(joined);
                continue;
            }
            let Some(place) = &place else { continue };
            tokio::select! {
                () = place.bell.rung() => {}
                () = sleep_until(deadline) => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
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
    async fn look(&self) -> Result<Look, SyncError> {
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
            let (mut news, known) = match self.since {
                None => (News::default(), self.current(known, until).await?),
                Some(_) => match news::from_memory(inner.storage.changes(), &asking) {
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

    fn plan(&self, look: Look) -> Plan {
        let device = self.device;
        Plan {
            person: Person {
                user_id: device.user_id.clone(),
                user_number: device.user_number,
                device_number: device.device_number,
            },
            since: self.since,
            until: look.until,
            ephemeral: look.ephemeral,
            full_state: self.request.full_state,
            state_after: self.request.use_state_after,
            filter: Arc::clone(&self.filter),
            known: look.known,
            news: look.news,
            news_since: self.looked_to,
            sent: self.sent.clone(),
            now_ms: self.inner.clock.now_ms(),
        }
    }

    async fn gather(&self, plan: Plan) -> Result<(Gathered, Plan), SyncError> {
        if let Some(gathered) = gather::from_memory(self.inner, &plan) {
            return Ok((gathered, plan));
        }
        let inner = Arc::clone(self.inner);
        self.inner
            .storage
            .read(move |session| {
                let gathered = gather::gather(&inner, session, &plan)?;
                Ok((gathered, plan))
            })
            .await
    }

    fn write(&self, gathered: &Gathered, plan: &Plan) -> String {
        if let Some(sent) = &self.sent {
            self.inner.lazy.weigh(self.device.device_number, self.filter.id, sent);
        }
        write::body(gathered, plan)
    }
}

impl Inner {
    /// Waits until the log is walked up to `position`.
    pub(crate) async fn walked(&self, position: i64) -> Result<i64, SyncError> {
        let mut walked = self.walked.subscribe();
        let reached = walked.wait_for(|walked| *walked >= position).await;
        reached.map(|walked| *walked).map_err(|_| SyncError::Storage(herold_storage::StorageError::Closed))
    }

    fn set_presence(&self, device: &Device, request: &SyncRequest) {
        if !self.settings.presence {
            return;
        }
        let (user, state) = (device.user_number, request.set_presence.clone());
        let (now, now_ms) = (Instant::now(), self.clock.now_ms());
        let until = now + request.timeout.min(TIMEOUT_MAX);
        if self.presence.syncs(user, device.device_number, state, until, now, now_ms) {
            self.ephemeral.tell(&[Passing::Presence { user }]);
        }
    }

    /// Deletes the messages to a device that it has seen.
    async fn acknowledge(&self, device: i64, since: Token) -> Result<(), SyncError> {
        let upto = since.to_device_position();
        // A device that is known to have none waiting needs no question.
        if self.emptied.contains_key(&device) {
            return Ok(());
        }
        let read = self.storage.read(move |session| to_device::has_messages_upto(session, device, upto));
        if read.await.map_err(SyncError::from)? {
            let write =
                self.storage.write(move |transaction| to_device::acknowledge(transaction, device, upto));
            write.await.map_err(SyncError::from)?;
        }
        self.emptied.insert(device, ());
        Ok(())
    }

    /// How many keys the device has left, if that is in memory.
    pub(crate) fn remembered_key_counts(&self, plan: &Plan) -> Option<Arc<KeyCounts>> {
        let (as_of, counts) = self.key_counts.get(&plan.person.device_number)?;
        let unchanged = as_of >= plan.news_since && !plan.news.key_counts && !plan.news.from_tables;
        if !unchanged || plan.since.is_none() {
            return None;
        }
        self.key_counts.insert(plan.person.device_number, (plan.until.max(as_of), Arc::clone(&counts)));
        Some(counts)
    }

    /// How many keys the device has left.
    pub(crate) fn key_counts(&self, session: &mut Session, plan: &Plan) -> Result<Arc<KeyCounts>, SyncError> {
        if let Some(counts) = self.remembered_key_counts(plan) {
            return Ok(counts);
        }
        let device = plan.person.device_number;
        let counts = Arc::new(one_time_keys::counts(session, device)?);
        self.key_counts.insert(device, (plan.until, Arc::clone(&counts)));
        Ok(counts)
    }
}
