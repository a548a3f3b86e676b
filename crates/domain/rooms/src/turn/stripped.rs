//! What an invited or knocking user may see of a room (client-server API, "Stripped state").

use herold_room_rules::{Pdu, StateKey, membership, stripped_state};
use ruma::events::room::member::MembershipState;
use ruma::events::{StateEventType, TimelineEventType};
use serde_json::value::RawValue;

use super::Turn;
use crate::RoomsError;

/// The entries that tell what a room is, in the order of the specification.
const TELLING: [StateEventType; 7] = [
    StateEventType::RoomCreate,
    StateEventType::RoomName,
    StateEventType::RoomAvatar,
    StateEventType::RoomTopic,
    StateEventType::RoomJoinRules,
    StateEventType::RoomCanonicalAlias,
    StateEventType::RoomEncryption,
];

impl Turn<'_> {
    /// Of an invite or a knock the stripped state that goes with it: a JSON array that ends with the
    /// event itself. `None` for every other event.
    pub(super) async fn stripped_state(&mut self, event: &Pdu) -> Result<Option<String>, RoomsError> {
        let asks = *event.kind() == TimelineEventType::RoomMember
            && matches!(membership(event), MembershipState::Invite | MembershipState::Knock);
        if !asks {
            return Ok(None);
        }
        let mut keys: Vec<StateKey> = TELLING.into_iter().map(|kind| (kind, String::new())).collect();
        if event.state_key() != Some(event.sender().as_str()) {
            keys.push((StateEventType::RoomMember, event.sender().to_string()));
        }
        self.look_at(&keys).await?;
        let entries = keys.iter().filter_map(|(kind, key)| stripped_state(&*self.known(kind, key)?));
        let entries: Vec<Box<RawValue>> = entries.chain(stripped_state(event)).collect();
        let joined: Vec<&str> = entries.iter().map(|entry| entry.get()).collect();
        Ok(Some(format!("[{}]", joined.join(","))))
    }
}
