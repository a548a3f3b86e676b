//! Events of one room, loaded once each.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_room_rules::Pdu;
use herold_storage::events::{self, STATUS_OUTLIER, STATUS_REJECTED};
use herold_storage::{Session, room_graph};
use ruma::room_version_rules::RoomVersionRules;
use ruma::{EventId, OwnedEventId};

use crate::RoomsError;

/// An event with what storage knows of it.
#[derive(Clone)]
pub(super) struct Placed {
    pub(super) event: Arc<Pdu>,
    pub(super) line_position: i64,
    pub(super) outlier: bool,
}

/// The events around one that is being received.
pub(super) struct Graph<'s> {
    pub(super) session: &'s mut Session,
    pub(super) room_number: i64,
    pub(super) rules: &'s RoomVersionRules,
    /// The event being received; storage does not know it.
    pub(super) new: Arc<Pdu>,
    loaded: HashMap<OwnedEventId, Placed>,
}

impl<'s> Graph<'s> {
    pub(super) fn new(
        session: &'s mut Session,
        room_number: i64,
        rules: &'s RoomVersionRules,
        new: Arc<Pdu>,
    ) -> Self {
        Self { session, room_number, rules, new, loaded: HashMap::new() }
    }

    /// Loads those of `ids` that are known, events of other rooms excepted.
    pub(super) fn load<'i>(
        &mut self,
        ids: impl IntoIterator<Item = &'i OwnedEventId>,
    ) -> Result<(), RoomsError> {
        let wanted: HashSet<String> = ids
            .into_iter()
            .filter(|id| !self.loaded.contains_key(*id) && **id != *self.new.event_id())
            .map(ToString::to_string)
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted: Vec<String> = wanted.into_iter().collect();
        for (id, found) in events::by_id(self.session, &wanted)? {
            let Ok(id) = OwnedEventId::try_from(id) else { continue };
            if found.room_number != self.room_number {
                continue;
            }
            let rejected = found.status == STATUS_REJECTED;
            let room_id = self.new.room_id().to_owned();
            let event = Pdu::from_stored(self.rules, id.clone(), room_id, found.json, rejected)?;
            let placed = Placed {
                event: Arc::new(event),
                line_position: found.line_position,
                outlier: found.status == STATUS_OUTLIER,
            };
            self.loaded.insert(id, placed);
        }
        Ok(())
    }

    /// A loaded event, or the new one.
    pub(super) fn event(&self, id: &EventId) -> Option<Arc<Pdu>> {
        if id == self.new.event_id() {
            return Some(Arc::clone(&self.new));
        }
        self.loaded.get(id).map(|placed| Arc::clone(&placed.event))
    }

    /// A loaded event with its place.
    pub(super) fn placed(&self, id: &EventId) -> Option<&Placed> {
        self.loaded.get(id)
    }

    /// The auth events of `ids`, theirs, and so on. The new event may be among `ids`.
    pub(super) fn auth_chain<'i>(
        &mut self,
        ids: impl IntoIterator<Item = &'i OwnedEventId>,
    ) -> Result<HashSet<OwnedEventId>, RoomsError> {
        let mut chain = HashSet::new();
        let mut asked = Vec::new();
        for id in ids {
            if *id == *self.new.event_id() {
                chain.extend(self.new.auth_events().iter().cloned());
                asked.extend(self.new.auth_events().iter().map(ToString::to_string));
            } else {
                asked.push(id.to_string());
            }
        }
        let found = room_graph::auth_chain(self.session, &asked)?;
        chain.extend(found.into_iter().filter_map(|id| OwnedEventId::try_from(id).ok()));
        Ok(chain)
    }
}
