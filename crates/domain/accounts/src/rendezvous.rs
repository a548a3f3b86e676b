//! Where two devices meet of which one signs the other in (MSC4388, MSC4108): one text that both may read and replace.
//! What the texts say is encrypted between the two; nothing here can read it, and nothing of it is written to disk.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use herold_base::{Clock, Random};
use moka::sync::Cache;

/// Bytes of a text at most.
pub const DATA_BYTES_MAX: usize = 4096;
/// How long a meeting lasts, milliseconds.
pub const RENDEZVOUS_MS: i64 = 5 * 60 * 1000;
/// Meetings at once; beyond that the least used end.
const SESSIONS_MAX: u64 = 10_000;
/// Letters of a meeting's id, which is all that lets somebody in: 190 bits.
const ID_LETTERS: usize = 32;
/// Letters of what tells one text from the next.
const SEQUENCE_LETTERS: usize = 16;

/// The places where devices meet. Clones share them.
#[derive(Clone)]
pub struct Rendezvous {
    clock: Clock,
    random: Random,
    sessions: Cache<String, Arc<Mutex<Payload>>>,
}

/// The text of a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// What was written last.
    pub data: String,
    /// Changes with every writing.
    pub sequence_token: String,
    /// When it was written, milliseconds.
    pub written_at: i64,
    /// When the meeting ends, milliseconds.
    pub expires_at: i64,
}

/// Why a text was not written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RendezvousError {
    /// There is no such meeting, or none any more.
    #[error("This rendezvous is over, or there never was one: begin anew.")]
    NotFound,
    /// The other device wrote meanwhile.
    #[error("The other device has written since: read what it wrote first.")]
    ConcurrentWrite,
    /// The text is too long.
    #[error("A rendezvous carries at most {DATA_BYTES_MAX} bytes.")]
    TooLarge,
}

impl Rendezvous {
    /// No meeting yet.
    pub fn new(clock: Clock, random: Random) -> Self {
        let age = Duration::from_millis(RENDEZVOUS_MS.unsigned_abs());
        let sessions = Cache::builder().max_capacity(SESSIONS_MAX).time_to_live(age).build();
        Self { clock, random, sessions }
    }

    /// Begins a meeting with a first text; gives its id.
    pub fn create(&self, data: String) -> Result<(String, Payload), RendezvousError> {
        check(&data)?;
        let now_ms = self.clock.now_ms();
        let payload = Payload {
            data,
            sequence_token: self.random.letters(SEQUENCE_LETTERS),
            written_at: now_ms,
            expires_at: now_ms.saturating_add(RENDEZVOUS_MS),
        };
        let id = self.random.letters(ID_LETTERS);
        self.sessions.insert(id.clone(), Arc::new(Mutex::new(payload.clone())));
        Ok((id, payload))
    }

    /// The text of a meeting.
    pub fn get(&self, id: &str) -> Result<Payload, RendezvousError> {
        Ok(self.session(id)?.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Replaces the text that `sequence_token` was told with. Writing the same text again is no second writing: the
    /// answer to the first may be lost.
    pub fn update(&self, id: &str, sequence_token: &str, data: String) -> Result<Payload, RendezvousError> {
        check(&data)?;
        let session = self.session(id)?;
        let mut payload = session.lock().unwrap_or_else(PoisonError::into_inner);
        if payload.sequence_token == sequence_token {
            payload.data = data;
            payload.sequence_token = self.random.letters(SEQUENCE_LETTERS);
            payload.written_at = self.clock.now_ms();
        } else if payload.data != data {
            return Err(RendezvousError::ConcurrentWrite);
        }
        Ok(payload.clone())
    }

    /// Ends a meeting.
    pub fn delete(&self, id: &str) -> Result<(), RendezvousError> {
        self.session(id)?;
        self.sessions.invalidate(id);
        Ok(())
    }

    fn session(&self, id: &str) -> Result<Arc<Mutex<Payload>>, RendezvousError> {
        let now_ms = self.clock.now_ms();
        let lasts = |session: &Arc<Mutex<Payload>>| {
            now_ms < session.lock().unwrap_or_else(PoisonError::into_inner).expires_at
        };
        self.sessions.get(id).filter(lasts).ok_or(RendezvousError::NotFound)
    }
}

fn check(data: &str) -> Result<(), RendezvousError> {
    if data.len() > DATA_BYTES_MAX { Err(RendezvousError::TooLarge) } else { Ok(()) }
}
