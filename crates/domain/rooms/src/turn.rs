//! A room's turn: one decision at a time per room, upon the room as it is.
//!
//! The turn ends when its events are handed to the writer, not when they are durable, so that the next
//! event of the same room can be in the same commit. Who loses a race decides again.

mod append;
mod stage;
mod stripped;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use herold_storage::append::{Claim, Outcome};
use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId};
use tokio::sync::Mutex;

use crate::head::Head;
use crate::{Inner, RoomsError};

pub(crate) use stage::{Proposal, Turn};

/// Rooms whose heads are kept in memory.
const HEADS_MAX: u64 = 2048;
/// Commands that may wait for the same room.
const ROOM_QUEUE_MAX: usize = 256;
/// How often a command is decided that loses its race each time.
const ATTEMPTS_MAX: usize = 4;

/// Something that somebody wants of one room.
pub(crate) trait Command: Sync {
    /// What it is answered with.
    type Answer: Send;

    /// Decides upon the room as it is: looks at its state and proposes events. May run several times.
    fn decide(&self, turn: &mut Turn<'_>) -> impl Future<Output = Result<Self::Answer, RoomsError>> + Send;

    /// The transaction id under which it is asked.
    fn claim(&self) -> Option<Claim> {
        None
    }

    /// The answer where the transaction id was used before, for an event that is there.
    fn repeated(&self, _event_id: OwnedEventId) -> Option<Self::Answer> {
        None
    }
}

/// The rooms' turns.
pub(crate) struct Slots(moka::sync::Cache<OwnedRoomId, Arc<Slot>>);

impl Default for Slots {
    fn default() -> Self {
        Self(moka::sync::Cache::new(HEADS_MAX))
    }
}

#[derive(Default)]
pub(crate) struct Slot {
    head: Mutex<Option<Head>>,
    waiting: AtomicUsize,
}

impl Slots {
    /// Keeps the head of a room that was just made.
    pub(crate) fn keep(&self, room_id: &RoomId, head: Head) {
        let slot = || Arc::new(Slot { head: Mutex::new(Some(head)), waiting: AtomicUsize::new(0) });
        self.0.get_with(room_id.to_owned(), slot);
    }

    /// Forgets the head of a room, once whoever decides upon it now is done: the next one is read anew.
    pub(crate) async fn forget(&self, room_id: &RoomId) {
        *self.slot(room_id).head.lock().await = None;
    }

    fn slot(&self, room_id: &RoomId) -> Arc<Slot> {
        self.0.get(room_id).unwrap_or_else(|| self.0.get_with(room_id.to_owned(), Arc::default))
    }
}

/// Counts one who waits for the room, until dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(slot: &'a Slot) -> Result<Self, RoomsError> {
        let waiting = Self(&slot.waiting);
        if slot.waiting.fetch_add(1, Ordering::Relaxed) < ROOM_QUEUE_MAX {
            Ok(waiting)
        } else {
            Err(RoomsError::Busy)
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Inner {
    /// Runs a command in the room's turn and answers when what it wrote is durable.
    pub(crate) async fn run<C: Command>(
        &self,
        room_id: &RoomId,
        command: &C,
    ) -> Result<C::Answer, RoomsError> {
        for _ in 0..ATTEMPTS_MAX {
            if let Some(answer) = self.attempt(room_id, command).await? {
                return Ok(answer);
            }
            // The race may have been against the same transaction id.
            if let Some(answer) = self.answered_before(command).await? {
                return Ok(answer);
            }
        }
        Err(RoomsError::Busy)
    }

    /// One attempt; `None` when it lost its race.
    async fn attempt<C: Command>(
        &self,
        room_id: &RoomId,
        command: &C,
    ) -> Result<Option<C::Answer>, RoomsError> {
        let slot = self.slots.slot(room_id);
        let waiting = Waiting::new(&slot)?;
        let mut held = slot.head.lock().await;
        drop(waiting);
        let head = self.fresh(&mut held, room_id).await?;
        let chain = head.chain;
        let mut turn = Turn::new(self, head);
        let decided = command.decide(&mut turn).await;
        let written = match &decided {
            Ok(_) => turn.hand_over(command.claim()).await?,
            Err(_) => None,
        };
        drop(held);
        match (decided, written) {
            (Err(error), _) => self.refused(command, error).await.map(Some),
            // Nothing to write; but what was looked at may not be durable yet.
            (Ok(answer), None) => self.writer.barrier().await.map(|()| Some(answer)),
            (Ok(answer), Some(written)) => match written.outcome().await {
                Ok(Outcome::Appended { .. }) => Ok(Some(answer)),
                failed => {
                    self.forget_head(&slot, chain).await;
                    match failed? {
                        Outcome::Repeated { answer } => {
                            let event_id = EventId::parse(answer).map_err(|_| RoomsError::Busy)?;
                            Ok(command.repeated(event_id))
                        }
                        Outcome::AliasTaken => Err(RoomsError::AliasTaken),
                        Outcome::DuplicateAnnotation => Err(RoomsError::DuplicateAnnotation),
                        Outcome::Lost | Outcome::Appended { .. } => Ok(None),
                    }
                }
            },
        }
    }

    /// The head that the slot holds, or a new one.
    async fn fresh<'h>(
        &self,
        held: &'h mut Option<Head>,
        room_id: &RoomId,
    ) -> Result<&'h mut Head, RoomsError> {
        if held.as_ref().is_none_or(Head::is_spent) {
            *held = None;
            // What was decided upon the old head is durable or lost before a new one is read.
            self.writer.barrier().await?;
            let (room, chain) = (room_id.to_owned(), self.next_chain());
            *held = self.storage.read(move |session| Head::load(session, &room, chain)).await?;
        }
        held.as_mut().ok_or_else(RoomsError::not_a_member)
    }

    /// A number for a new chain of appends.
    pub(crate) fn next_chain(&self) -> u64 {
        self.chains.fetch_add(1, Ordering::Relaxed)
    }

    /// Throws the head away that an append of `chain` was decided upon.
    async fn forget_head(&self, slot: &Slot, chain: u64) {
        let mut held = slot.head.lock().await;
        if held.as_ref().is_some_and(|head| head.chain == chain) {
            *held = None;
        }
    }

    /// What is refused now may have been done before under the same transaction id.
    async fn refused<C: Command>(&self, command: &C, error: RoomsError) -> Result<C::Answer, RoomsError> {
        self.answered_before(command).await?.ok_or(error)
    }

    /// What was answered before under the same transaction id.
    async fn answered_before<C: Command>(&self, command: &C) -> Result<Option<C::Answer>, RoomsError> {
        let Some(claim) = command.claim() else { return Ok(None) };
        let claims = vec![claim.claim.clone()];
        let mut answers =
            self.storage.read(move |session| herold_storage::append::answers(session, claims)).await?;
        let before = answers.remove(&claim.claim).and_then(|answer| EventId::parse(answer).ok());
        Ok(before.and_then(|event_id| command.repeated(event_id)))
    }
}
