//! A room's turn: one decision at a time per room, upon the room as it is.
//!
//! The turn ends when its events are handed to the writer, not when they are durable, so that the next
//! event of the same room can be in the same commit. Who loses a race decides again. In a room with a policy server
//! it ends before that server is asked, and another turn puts the events into the room.

mod append;
mod judging;
mod stage;
mod stripped;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use herold_storage::append::{Claim, Outcome};
use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId};
use tokio::sync::{Mutex, MutexGuard};

use crate::head::Head;
use crate::{Inner, RoomsError};

use judging::Ended;

pub(crate) use stage::{Proposal, Staged, Turn};

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
    /// How many wait for what the policy server says.
    pub(crate) asking: AtomicUsize,
}

impl Slot {
    /// Waits for the room's turn, and has it until the answer is dropped.
    async fn enter(&self) -> Result<MutexGuard<'_, Option<Head>>, RoomsError> {
        let waiting = Waiting::new(&self.waiting, ROOM_QUEUE_MAX)?;
        let held = self.head.lock().await;
        drop(waiting);
        Ok(held)
    }
}

impl Slots {
    /// Keeps the head of a room that was just made.
    pub(crate) fn keep(&self, room_id: &RoomId, head: Head) {
        let slot = || Arc::new(Slot { head: Mutex::new(Some(head)), ..Slot::default() });
        self.0.get_with(room_id.to_owned(), slot);
    }

    /// Forgets the head of a room, once whoever decides upon it now is done: the next one is read anew.
    pub(crate) async fn forget(&self, room_id: &RoomId) {
        *self.slot(room_id).head.lock().await = None;
    }

    pub(crate) fn slot(&self, room_id: &RoomId) -> Arc<Slot> {
        self.0.get(room_id).unwrap_or_else(|| self.0.get_with(room_id.to_owned(), Arc::default))
    }
}

/// Counts one who waits for something of the room, until dropped.
pub(crate) struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    pub(crate) fn new(count: &'a AtomicUsize, most: usize) -> Result<Self, RoomsError> {
        let waiting = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) < most { Ok(waiting) } else { Err(RoomsError::Busy) }
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
        let (answer, mut ended) = match self.decide(room_id, &slot, command).await? {
            Ok(decided) => decided,
            Err(error) => return self.refused(command, error).await.map(Some),
        };
        if let Ended::Unjudged(draft) = ended {
            // What was sent before is not judged again.
            if let Some(answer) = self.answered_before(command).await? {
                return Ok(Some(answer));
            }
            ended = self.judge(room_id, &slot, *draft, command.claim()).await?;
        }
        let (written, chain) = match ended {
            Ended::Written { written, chain } => (written, chain),
            // Nothing to write; but what was looked at may not be durable yet.
            Ended::Empty => return self.writer.barrier().await.map(|()| Some(answer)),
            Ended::Lost | Ended::Unjudged(_) => return Ok(None),
        };
        match written.outcome().await {
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
        }
    }

    /// Decides in the room's turn, and ends it: with an answer, or with what the command itself does not let happen.
    async fn decide<C: Command>(
        &self,
        room_id: &RoomId,
        slot: &Slot,
        command: &C,
    ) -> Result<Result<(C::Answer, Ended), RoomsError>, RoomsError> {
        let mut held = slot.enter().await?;
        let head = self.fresh(&mut held, room_id).await?;
        let mut turn = Turn::new(self, head);
        match command.decide(&mut turn).await {
            Ok(answer) => Ok(Ok((answer, turn.end(command.claim()).await?))),
            Err(error) => Ok(Err(error)),
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
