//! GET /sync: looks whether there is anything to tell, tells it, or waits until there is.

use std::sync::Arc;
use std::time::Duration;

use herold_accounts::Device;
use herold_rooms::read::Person;
use herold_storage::one_time_keys::{self, KeyCounts};
use herold_storage::{Session, to_device};
use ruma::presence::PresenceState;
use tokio::time::Instant;

use crate::ephemeral::Passing;
use crate::filter::SyncFilter;
use crate::gather::{self, Gathered, Plan};
use crate::lazy::Sent;
use crate::looking::{Look, Looking};
use crate::token::Token;
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

/// A request being answered.
struct Asked<'a> {
    inner: &'a Arc<Inner>,
    device: &'a Device,
    request: SyncRequest,
    filter: Arc<SyncFilter>,
    since: Option<Token>,
    sent: Option<Arc<Sent>>,
    looking: Looking<'a>,
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
        inner.syncs(device, &request.set_presence, request.timeout);
        if let Some(since) = since {
            inner.acknowledge(device.device_number, since.to_device_position()).await?;
        }
        let sent = filter
            .lazy_load_members
            .then(|| inner.lazy.of(device.device_number, filter.id, since.map(|since| since.position)));
        let deadline = Instant::now() + request.timeout.min(TIMEOUT_MAX);
        let seen = since.map(|since| (since.position, since.ephemeral));
        let looking = Looking::new(inner, device, seen, deadline);
        let mut asked = Asked { inner, device, filter, since, sent, request, looking };
        Box::pin(asked.answer()).await
    }
}

impl Asked<'_> {
    async fn answer(&mut self) -> Result<String, SyncError> {
        let waits = self.since.is_some() && !self.request.full_state;
        let pending = self.since.is_some_and(|since| since.to_device.is_some());
        loop {
            // In boxes: of those who wait, who are many, only what waiting needs stays in memory.
            let look = Box::pin(self.looking.look()).await?;
            let ends = Box::pin(self.looking.must_answer(&look)).await? || !waits;
            let joined = Arc::clone(&look.known.joined);
            if ends || pending || !look.news.is_empty() {
                let counts_changed = look.news.key_counts;
                let plan = self.plan(look);
                let (gathered, plan) = Box::pin(self.gather(plan)).await?;
                if ends || counts_changed || !gathered.is_empty() {
                    return Ok(self.write(&gathered, &plan));
                }
                self.looking.found_nothing(plan.until, plan.ephemeral);
            } else {
                self.looking.found_nothing(look.until, look.ephemeral);
            }
            self.looking.wait(&joined).await;
        }
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
            news_since: self.looking.looked_to(),
            sent: self.sent.clone(),
            now_ms: self.inner.clock.now_ms(),
        }
    }

    async fn gather(&self, mut plan: Plan) -> Result<(Gathered, Plan), SyncError> {
        if let Some(gathered) = gather::from_memory(self.inner, &plan) {
            return Ok((gathered, plan));
        }
        let inner = Arc::clone(self.inner);
        self.inner
            .storage
            .read(move |session| {
                gather::recount(&inner, session, &mut plan)?;
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

    /// The device syncs, perhaps for as long as `timeout`, and says how its user is.
    pub(crate) fn syncs(&self, device: &Device, state: &PresenceState, timeout: Duration) {
        if !self.settings.presence {
            return;
        }
        let user = device.user_number;
        let (now, now_ms) = (Instant::now(), self.clock.now_ms());
        let until = now + timeout.min(TIMEOUT_MAX);
        if self.presence.syncs(user, device.device_number, state.clone(), until, now, now_ms) {
            self.ephemeral.tell(&[Passing::Presence { user }]);
        }
    }

    /// Deletes the messages to a device that it has seen: those up to position `upto`.
    pub(crate) async fn acknowledge(&self, device: i64, upto: i64) -> Result<(), SyncError> {
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
