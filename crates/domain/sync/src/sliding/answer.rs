//! A request of sliding sync: looks whether there is anything to tell, tells it, or waits until there is.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use herold_accounts::Device;
use herold_rooms::read::Person;
use tokio::time::Instant;

use super::connections::{CONN_ID_MAX, Opened, Settled};
use super::extensions::to_device_since;
use super::gather::{self, Gathered};
use super::pos::Pos;
use super::request::{SlidingRequest, Spelling};
use super::told::Told;
use super::write;
use crate::filter::SyncFilter;
use crate::gather::{Plan, recount};
use crate::lazy::Sent;
use crate::looking::{Look, Looking};
use crate::news::News;
use crate::request::TIMEOUT_MAX;
use crate::token::Token;
use crate::{Inner, Sync, SyncError};

/// A request being answered.
struct Asked<'a> {
    inner: &'a Arc<Inner>,
    device: &'a Device,
    request: Arc<SlidingRequest>,
    filter: Arc<SyncFilter>,
    pos: Option<Pos>,
    opened: Opened,
    /// What the client has, once it has read what was found so far.
    told: Arc<Told>,
    sent: Arc<Sent>,
    looking: Looking<'a>,
}

impl Sync {
    /// What there is to tell `device`: the JSON of an answer. Waits for news where the request says so.
    ///
    /// # Errors
    ///
    /// [`SyncError::UnknownConnection`] and [`SyncError::UnknownPosition`] when the client has to begin anew,
    /// [`SyncError::InvalidRequest`], or when the database fails.
    pub async fn sliding_sync(&self, device: &Device, request: SlidingRequest) -> Result<String, SyncError> {
        let inner = &self.0;
        let committed = *inner.storage.committed().borrow();
        check(&request)?;
        let pos = request.pos.as_deref().map(str::parse::<Pos>).transpose()?;
        if pos.is_some_and(|pos| pos.position > committed) {
            return Err(SyncError::UnknownPosition);
        }
        let (number, conn_id) = (device.device_number, request.conn_id.as_str());
        let opened = match &pos {
            Some(pos) => inner.connections.open(&inner.storage, number, conn_id, pos).await?,
            None => inner.connections.begin(&inner.storage, number, conn_id).await?,
        };
        inner.syncs(device, &request.set_presence, request.timeout);
        if let Some(asked) = &request.extensions.to_device {
            let seen = to_device_since(asked.since.as_deref(), committed)?;
            if seen > 0 {
                inner.acknowledge(number, seen).await?;
            }
        }
        let since = pos.map(|pos| (pos.position, pos.ephemeral));
        let sent = inner.lazy.of(number, opened.number().unsigned_abs(), pos.map(|pos| pos.position));
        let deadline = Instant::now() + request.timeout.min(TIMEOUT_MAX);
        let mut asked = Asked {
            inner,
            device,
            filter: self.filter(device, None).await?,
            pos,
            told: Arc::clone(&opened.told),
            opened,
            sent,
            looking: Looking::new(inner, device, since, deadline),
            request: Arc::new(request),
        };
        Box::pin(asked.answer()).await
    }
}

fn check(request: &SlidingRequest) -> Result<(), SyncError> {
    if request.conn_id.len() > CONN_ID_MAX {
        return Err(SyncError::InvalidRequest(format!("conn_id has more than {CONN_ID_MAX} bytes")));
    }
    if request.lists.len() > super::LISTS_MAX {
        return Err(SyncError::InvalidRequest(format!("there are more than {} lists", super::LISTS_MAX)));
    }
    Ok(())
}

impl Asked<'_> {
    async fn answer(&mut self) -> Result<String, SyncError> {
        let waits = self.pos.is_some();
        // What the last answer left nothing of needs no question as long as there is no news.
        let settled = self.opened.settled(fingerprint(&self.request, None));
        let mut quiet = settled.is_some();
        loop {
            // In boxes: of those who wait, who are many, only what waiting needs stays in memory.
            let look = Box::pin(self.looking.look()).await?;
            let ends = Box::pin(self.looking.must_answer(&look)).await? || !waits;
            let joined = Arc::clone(&look.known.joined);
            let (until, ephemeral) = (look.until, look.ephemeral);
            quiet = quiet && !self.concerns(&look.news);
            if let Some(settled) = settled.as_ref().filter(|_| ends && quiet)
                && let Some(body) = self.nothing(&look, settled)
            {
                return Ok(body);
            }
            if ends || !quiet {
                let gathered = Box::pin(self.gather(look)).await?;
                if ends || !gathered.is_empty() {
                    return Ok(Box::pin(self.give(gathered, until, ephemeral)).await);
                }
                self.told = gathered.told;
            }
            self.looking.found_nothing(until, ephemeral);
            quiet = true;
            self.looking.wait(&joined).await;
        }
    }

    /// Whether any of the news may have to be told.
    fn concerns(&self, news: &News) -> bool {
        let request = &self.request;
        let with = &request.extensions;
        let rooms =
            !(request.lists.is_empty() && request.subscriptions.is_empty() && self.told.rooms.is_empty());
        let in_rooms = [&news.events, &news.own, &news.recounted, &news.receipts];
        let of_keys = [&news.own, &news.keys];
        (rooms && (in_rooms.iter().any(|rooms| !rooms.is_empty()) || news.account_data || news.from_tables))
            || ((with.account_data.is_some() || self.told.account_data) && news.account_data)
            || (with.thread_subscriptions.is_some() && news.threads)
            || (with.typing.is_some() && !news.typing.is_empty())
            || (with.to_device.is_some() && news.to_device)
            || (with.e2ee
                && (of_keys.iter().any(|set| !set.is_empty())
                    || !news.members.is_empty()
                    || news.signed
                    || news.key_counts
                    || news.from_tables))
    }

    fn plan(&self, look: Look) -> Plan {
        let device = self.device;
        Plan {
            person: Person {
                user_id: device.user_id.clone(),
                user_number: device.user_number,
                device_number: device.device_number,
            },
            since: self.pos.map(|pos| Token {
                position: pos.position,
                ephemeral: pos.ephemeral,
                to_device: None,
            }),
            until: look.until,
            ephemeral: look.ephemeral,
            full_state: false,
            state_after: true,
            filter: Arc::clone(&self.filter),
            known: look.known,
            news: look.news,
            news_since: self.looking.looked_to(),
            sent: Some(Arc::clone(&self.sent)),
            now_ms: self.inner.clock.now_ms(),
        }
    }

    async fn gather(&self, look: Look) -> Result<Gathered, SyncError> {
        let mut plan = self.plan(look);
        let (inner, request, told) =
            (Arc::clone(self.inner), Arc::clone(&self.request), Arc::clone(&self.told));
        let read = self.inner.storage.read(move |session| {
            if request.spelling == Spelling::Unstable {
                recount(&inner, session, &mut plan)?;
            }
            gather::gather(&inner, session, &plan, &request, &told)
        });
        read.await
    }

    /// The answer, once it is kept what the client has when it has read it.
    async fn give(&mut self, gathered: Gathered, until: i64, ephemeral: i64) -> String {
        let inner = self.inner;
        inner.lazy.weigh(self.device.device_number, self.opened.number().unsigned_abs(), &self.sent);
        let told = Arc::clone(&gathered.told);
        let pos = match inner.connections.offer(&inner.storage, &mut self.opened, told).await {
            Some(()) => {
                let next_batch = gathered.extended.to_device.as_ref().map(|(_, upto)| format!("d{upto}"));
                let more = gathered.extended.to_device.as_ref().is_some_and(|(_, upto)| *upto < until);
                let fingerprint = fingerprint(&self.request, next_batch);
                let settled = Settled { fingerprint, counts: gathered.counts.clone() };
                self.opened.settle((gathered.lasting && !more).then_some(settled));
                self.opened.pos(until, ephemeral)
            }
            // A newer request has taken over: nobody reads this, and whoever does stays where they were.
            None => self.pos.unwrap_or(self.opened.pos(0, 0)),
        };
        write::body(&gathered, &self.request, &pos, inner.clock.now_ms())
    }

    /// The answer that there is nothing, without a question to the tables; none where one is needed.
    fn nothing(&self, look: &Look, settled: &Settled) -> Option<String> {
        let mut gathered = Gathered {
            rooms: Vec::new(),
            counts: settled.counts.clone(),
            lasting: true,
            extended: Default::default(),
            told: Arc::clone(&self.told),
        };
        if !Arc::ptr_eq(&self.told, &self.opened.told) {
            return None;
        }
        let with = &self.request.extensions;
        if with.to_device.is_some() {
            gathered.extended.to_device = Some((Vec::new(), look.until));
        }
        if with.e2ee {
            let (as_of, counts) = self.inner.key_counts.get(&self.device.device_number)?;
            if as_of < self.pos?.position {
                return None;
            }
            self.inner
                .key_counts
                .insert(self.device.device_number, (as_of.max(look.until), Arc::clone(&counts)));
            gathered.extended.keys = Some(super::extensions::Keys { counts, ..Default::default() });
        }
        let pos = self.opened.pos(look.until, look.ephemeral);
        let next_batch = with.to_device.as_ref().map(|_| format!("d{}", look.until));
        let fingerprint = fingerprint(&self.request, next_batch);
        self.opened.settle(Some(Settled { fingerprint, counts: settled.counts.clone() }));
        Some(write::body(&gathered, &self.request, &pos, self.inner.clock.now_ms()))
    }
}

/// Tells requests apart that ask for other things. With `next_batch` it is that of the request which goes on from
/// an answer to this one.
fn fingerprint(request: &SlidingRequest, next_batch: Option<String>) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.spelling.hash(&mut hasher);
    request.lists.hash(&mut hasher);
    request.subscriptions.hash(&mut hasher);
    let mut extensions = request.extensions.clone();
    if let (Some(asked), Some(next_batch)) = (&mut extensions.to_device, next_batch) {
        asked.since = Some(next_batch);
    }
    extensions.hash(&mut hasher);
    hasher.finish()
}
