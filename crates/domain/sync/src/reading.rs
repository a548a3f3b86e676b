//! Read receipts and read markers as users set them.

use std::collections::HashSet;

use herold_accounts::Device;
use herold_rooms::read::{Standing, Viewer};
use herold_storage::events::{self, StoredEvent};
use herold_storage::receipts::{self, KIND_READ, KIND_READ_PRIVATE, StoredReceipt};
use herold_storage::{Session, account_data, memberships};
use ruma::{OwnedEventId, RoomId};
use serde_json::json;

use crate::judge::{HOPS_MAX, Judgeable};
use crate::judging::Threads;
use crate::{Sync, SyncError};

/// The thread id of the main timeline.
const MAIN: &str = "main";
/// The type of account data that holds a read marker.
const FULLY_READ: &str = "m.fully_read";

/// Up to which event a user has read, and in which thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The event.
    pub event_id: OwnedEventId,
    /// `main`, a thread's root, or nothing: whatever the thread.
    pub thread: Option<String>,
}

impl Marker {
    /// A marker of no thread.
    pub fn unthreaded(event_id: OwnedEventId) -> Self {
        Self { event_id, thread: None }
    }
}

/// What a user sets at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markers {
    /// `m.read`: seen by everybody in the room.
    pub read: Option<Marker>,
    /// `m.read.private`: seen by the user alone.
    pub read_private: Option<Marker>,
    /// `m.fully_read`: kept in the account data of the room.
    pub fully_read: Option<OwnedEventId>,
}

/// What is to be written.
struct Resolved {
    room: i64,
    receipts: Vec<StoredReceipt>,
    fully_read: Option<OwnedEventId>,
}

impl Sync {
    /// Sets markers of the caller in a room. A marker that lies behind the one that stands changes nothing.
    ///
    /// # Errors
    ///
    /// [`SyncError::NotInRoom`], [`SyncError::UnknownEvent`], [`SyncError::InvalidThread`].
    pub async fn set_markers(
        &self,
        device: &Device,
        room_id: &RoomId,
        markers: Markers,
    ) -> Result<(), SyncError> {
        let inner = &self.0;
        let (user, user_id, room_id) = (device.user_number, device.user_id.clone(), room_id.to_owned());
        let (reader, now_ms) = (inner.reader.clone(), inner.clock.now_ms());
        let resolve = inner.storage.read(move |session| {
            let room = reader.room(session, &room_id)?.ok_or(SyncError::NotInRoom)?;
            let membership = memberships::of_user_in(session, user, room.number)?;
            if membership.is_none_or(|membership| membership.membership != "join") {
                return Err(SyncError::NotInRoom);
            }
            let mut viewer = Viewer::of_room(session, room.number, &user_id, user)?;
            let mut resolving = Resolving { session, room: room.number, viewer: &mut viewer };
            let mut found = Resolved { room: room.number, receipts: Vec::new(), fully_read: None };
            for (kind, marker) in [(KIND_READ, markers.read), (KIND_READ_PRIVATE, markers.read_private)] {
                if let Some(marker) = marker {
                    let mut receipt = resolving.receipt(marker)?;
                    (receipt.kind, receipt.user_number, receipt.received_at) = (kind, user, now_ms);
                    found.receipts.push(receipt);
                }
            }
            if let Some(event_id) = markers.fully_read {
                resolving.event(event_id.as_str())?;
                found.fully_read = Some(event_id);
            }
            Ok(found)
        });
        let found = resolve.await?;
        inner
            .storage
            .write(move |transaction| {
                for receipt in &found.receipts {
                    receipts::set(transaction, receipt)?;
                }
                if let Some(event_id) = found.fully_read {
                    let content = json!({ "event_id": event_id }).to_string();
                    account_data::set(transaction, user, found.room, FULLY_READ, &content)?;
                }
                Ok::<(), SyncError>(())
            })
            .await?;
        inner.acts(user);
        Ok(())
    }
}

/// Events of a room that somebody names who may see only some of them.
pub(crate) struct Resolving<'a> {
    pub(crate) session: &'a mut Session,
    pub(crate) room: i64,
    pub(crate) viewer: &'a mut Viewer,
}

impl Resolving<'_> {
    /// An event of the room that the user may see.
    pub(crate) fn event(&mut self, event_id: &str) -> Result<StoredEvent, SyncError> {
        let found = events::by_id(self.session, &[event_id.to_owned()])?.remove(event_id);
        let event = found.filter(|event| event.room_number == self.room && event.position.is_some());
        let event = event.ok_or(SyncError::UnknownEvent)?;
        self.viewer.load_differences(self.session, std::slice::from_ref(&event))?;
        let seen = self.viewer.standing() != Standing::Outside && self.viewer.may_see(&event);
        seen.then_some(event).ok_or(SyncError::UnknownEvent)
    }

    fn receipt(&mut self, marker: Marker) -> Result<StoredReceipt, SyncError> {
        let event = self.event(marker.event_id.as_str())?;
        let thread = marker.thread.unwrap_or_default();
        if !thread.is_empty() {
            self.check_thread(&event, &thread)?;
        }
        Ok(StoredReceipt {
            room_number: self.room,
            user_number: 0,
            kind: KIND_READ,
            thread,
            event_position: event.position.unwrap_or(0),
            event_id: event.event_id,
            received_at: 0,
            position: 0,
        })
    }

    /// A receipt of the main timeline is for an event there, one of a thread for an event related to its root.
    fn check_thread(&mut self, event: &StoredEvent, thread: &str) -> Result<(), SyncError> {
        let judgeable = Judgeable::read(&event.json).ok_or(SyncError::UnknownEvent)?;
        let own = Threads::load(self.session, &[(event, judgeable)])?.of(event);
        if thread == MAIN {
            return own.is_empty().then_some(()).ok_or(SyncError::InvalidThread("the event is in a thread"));
        }
        if own == thread || event.event_id == thread || self.related(event, thread)? {
            return Ok(());
        }
        Err(SyncError::InvalidThread("the event is not related to the thread"))
    }

    /// Whether the event relates to `root`, over at most so many hops.
    fn related(&mut self, event: &StoredEvent, root: &str) -> Result<bool, SyncError> {
        let mut json = event.json.clone();
        let mut seen = HashSet::new();
        for _ in 0..HOPS_MAX {
            let Some(event) = Judgeable::read(&json) else { return Ok(false) };
            let Some(relation) = event.relation() else { return Ok(false) };
            if relation.event_id == root {
                return Ok(true);
            }
            let parent = relation.event_id.clone();
            let found = events::by_id(self.session, std::slice::from_ref(&parent))?.remove(&parent);
            match found.filter(|found| found.room_number == self.room && seen.insert(parent)) {
                Some(found) => json = found.json,
                None => return Ok(false),
            }
        }
        Ok(false)
    }
}
