//! A room as far as it never changes.

use herold_room_rules::Pdu;
use herold_storage::events::StoredEvent;
use herold_storage::rooms::StoredRoom;
use ruma::room_version_rules::RoomVersionRules;
use ruma::{OwnedRoomId, RoomVersionId};

use super::ReadError;
use super::present::pdu_of;

/// A room: number, id and version.
#[derive(Clone, Debug)]
pub struct Room {
    /// The room's row number.
    pub number: i64,
    /// The room's id.
    pub id: OwnedRoomId,
    /// The room's version.
    pub version: RoomVersionId,
    /// The rules of that version.
    pub rules: RoomVersionRules,
}

impl Room {
    /// `None` when the row names a version or an id that this program does not know.
    pub(crate) fn from_stored(stored: &StoredRoom) -> Option<Self> {
        let version = RoomVersionId::try_from(stored.version.as_str()).ok()?;
        let rules = version.rules()?;
        let id = OwnedRoomId::try_from(stored.room_id.as_str()).ok()?;
        Some(Self { number: stored.room_number, id, version, rules })
    }

    /// An event of this room, parsed.
    pub fn pdu(&self, event: &StoredEvent) -> Result<Pdu, ReadError> {
        pdu_of(self, event)
    }
}
