//! Child events bundled with their parents (client-server API, "Aggregations of child events"): for those who may
//! see them, without those of people they ignore. Bundles change with every child, so none is kept in memory.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;

use herold_storage::events::{self, StoredEvent};
use herold_storage::relations::{self, Asker, Bundled};
use herold_storage::{Session, users};
use ruma::events::room::member::MembershipState;
use serde_json::Value;

use super::ignored::ignored_users;
use super::{ClientEvent, Person, ReadError, Reader, Room, Viewer};

/// References told in one answer at most, the oldest first.
const REFERENCES_MAX: i64 = 10_000;
/// Children looked at one by one at most, for readers who may not see all of a room.
const LOOKED_AT_MAX: i64 = 5_000;
/// The newest event of a thread has a bundle too, and there it ends: no thread is within a thread.
const LEVELS: usize = 2;

/// What is bundled with one event, for one reader.
#[derive(Default)]
pub(super) struct Bundle {
    replacement: Option<ClientEvent>,
    thread: Option<Thread>,
    /// Event ids.
    references: Vec<String>,
}

struct Thread {
    latest: ClientEvent,
    count: i64,
    participated: bool,
}

impl Bundle {
    /// Appends the field `m.relations` of `unsigned` to `out`, with a comma before it.
    pub(super) fn write(&self, out: &mut String, now_ms: i64, with_room_id: bool) {
        out.push_str(",\"m.relations\":{");
        let mut comma = "";
        if let Some(replacement) = &self.replacement {
            out.push_str("\"m.replace\":");
            replacement.write(out, now_ms, with_room_id);
            comma = ",";
        }
        if let Some(thread) = &self.thread {
            let _ = write!(out, "{comma}\"m.thread\":{{\"latest_event\":");
            thread.latest.write(out, now_ms, with_room_id);
            let (count, participated) = (thread.count, thread.participated);
            let _ = write!(out, ",\"count\":{count},\"current_user_participated\":{participated}}}");
            comma = ",";
        }
        if !self.references.is_empty() {
            let _ = write!(out, "{comma}\"m.reference\":{{\"chunk\":[");
            for (index, event_id) in self.references.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                let _ = write!(out, "{comma}{{\"event_id\":{}}}", Value::from(event_id.as_str()));
            }
            out.push_str("]}");
        }
        out.push('}');
    }

    /// The position of the newest event of the thread.
    pub(super) fn thread_position(&self) -> Option<i64> {
        self.thread.as_ref().map(|thread| thread.latest.position)
    }
}

/// For whom events are bundled.
pub struct Bundling<'a> {
    /// The rooms of the events.
    pub rooms: &'a HashMap<i64, Arc<Room>>,
    /// What the reader may see of them; a room without a viewer has no secrets from the reader.
    pub viewers: &'a HashMap<i64, Viewer>,
    /// The reader.
    pub person: &'a Person,
    /// Whom they ignore; where it is not known, it is looked up.
    pub ignored: Option<&'a HashSet<String>>,
    /// Children after this position are told later.
    pub until: i64,
}

impl Reader {
    /// Adds to each of `events`, message events or not, what is bundled with it. Asks nothing when none of
    /// them has children.
    pub fn bundle(
        &self,
        session: &mut Session,
        bundling: &Bundling<'_>,
        events: Vec<&mut ClientEvent>,
    ) -> Result<(), ReadError> {
        let events: Vec<&mut ClientEvent> =
            events.into_iter().filter(|event| event.related && event.state_key_number.is_none()).collect();
        if events.is_empty() {
            return Ok(());
        }
        let looked_up;
        let ignored = match bundling.ignored {
            Some(ignored) => ignored,
            None => {
                looked_up = ignored_users(session, bundling.person.user_number, bundling.person.user_id())?;
                &looked_up
            }
        };
        let ignored: Vec<String> = ignored.iter().cloned().collect();
        let ignored: Vec<i64> = if ignored.is_empty() {
            Vec::new()
        } else {
            users::numbers(session, &ignored)?.into_values().collect()
        };
        Level { reader: self, bundling, ignored: &ignored }.bundle(session, events, LEVELS)
    }
}

/// Events that may have bundles, on one level of them.
struct Level<'a> {
    reader: &'a Reader,
    bundling: &'a Bundling<'a>,
    ignored: &'a [i64],
}

impl Level<'_> {
    fn bundle(
        &self,
        session: &mut Session,
        mut events: Vec<&mut ClientEvent>,
        levels: usize,
    ) -> Result<(), ReadError> {
        let hidden = self.hide(session, &mut events)?;
        if events.is_empty() || levels == 0 {
            return Ok(());
        }
        let parents: Vec<i64> = events.iter().map(|event| event.event_number).collect();
        let asker = Asker {
            user_number: self.bundling.person.user_number,
            ignored: self.ignored,
            hidden: &hidden,
            until: self.bundling.until,
        };
        let found = relations::bundled(session, &parents, &asker, REFERENCES_MAX)?;
        let mut children = self.children(session, &found)?;
        let latest: HashSet<i64> = found.iter().filter_map(|(_, bundled)| latest_of(bundled)).collect();
        let with_bundles =
            children.values_mut().filter(|child| child.related && latest.contains(&child.event_number));
        let with_bundles: Vec<&mut ClientEvent> = with_bundles.collect();
        if !with_bundles.is_empty() {
            self.bundle(session, with_bundles, levels - 1)?;
        }
        let mut bundles: HashMap<i64, Bundle> = HashMap::with_capacity(events.len());
        for (parent, bundled) in found {
            let bundle = bundles.entry(parent).or_default();
            match bundled {
                Bundled::Replacement { child } => bundle.replacement = children.get(&child).cloned(),
                Bundled::Thread { latest, count, participated } => {
                    let latest = children.get(&latest).cloned();
                    bundle.thread = latest.map(|latest| Thread { latest, count, participated });
                }
                Bundled::Reference { event_id } => bundle.references.push(event_id),
            }
        }
        for event in events {
            let bundle = bundles.remove(&event.event_number);
            event.set_bundle(bundle.filter(|bundle| {
                bundle.replacement.is_some() || bundle.thread.is_some() || !bundle.references.is_empty()
            }));
        }
        Ok(())
    }

    /// Those children of `events` that the reader may not see. Where there are too many to look at them all,
    /// the parents are taken out of `events`: no bundle is better than one that tells too much.
    fn hide(&self, session: &mut Session, events: &mut Vec<&mut ClientEvent>) -> Result<Vec<i64>, ReadError> {
        let is_guarded = |event: &ClientEvent| {
            let viewer = self.bundling.viewers.get(&event.room().number);
            viewer.is_some_and(|viewer| !viewer.sees_everything())
        };
        let guarded: HashSet<i64> =
            events.iter().filter(|event| is_guarded(event)).map(|event| event.event_number).collect();
        if guarded.is_empty() {
            return Ok(Vec::new());
        }
        let parents: Vec<i64> = guarded.iter().copied().collect();
        let children = relations::bundled_children(session, &parents, LOOKED_AT_MAX + 1)?;
        if children.len() as i64 > LOOKED_AT_MAX {
            events.retain(|event| !guarded.contains(&event.event_number));
            return Ok(Vec::new());
        }
        let numbers: Vec<i64> = children.iter().map(|(_, child)| *child).collect();
        let stored: Vec<StoredEvent> = events::by_number(session, &numbers)?.into_values().collect();
        let rooms: HashSet<i64> = stored.iter().map(|event| event.room_number).collect();
        let here = self.bundling.viewers.iter().filter(|(room, _)| rooms.contains(room));
        let mut viewers: HashMap<i64, Viewer> = here.map(|(room, viewer)| (*room, viewer.clone())).collect();
        Viewer::load_all_differences(session, &mut viewers, &stored)?;
        let is_hidden = |event: &&StoredEvent| {
            viewers.get(&event.room_number).is_some_and(|viewer| !viewer.may_see(event))
        };
        Ok(stored.iter().filter(is_hidden).map(|event| event.event_number).collect())
    }

    /// The children that are told whole, by number.
    fn children(
        &self,
        session: &mut Session,
        found: &[(i64, Bundled)],
    ) -> Result<HashMap<i64, ClientEvent>, ReadError> {
        let told = found.iter().filter_map(|(_, bundled)| match bundled {
            Bundled::Replacement { child } => Some(*child),
            bundled => latest_of(bundled),
        });
        let numbers: Vec<i64> = told.collect();
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let Bundling { rooms, viewers, person, .. } = self.bundling;
        let stored = events::by_number(session, &numbers)?.into_values().collect();
        let children = self.reader.present(session, rooms, viewers, person, stored)?;
        let told = |child: ClientEvent| match viewers.contains_key(&child.room().number) {
            true => child,
            false => child.for_reader(MembershipState::Join),
        };
        Ok(children.into_iter().map(|child| (child.event_number, told(child))).collect())
    }
}

fn latest_of(bundled: &Bundled) -> Option<i64> {
    if let Bundled::Thread { latest, .. } = bundled { Some(*latest) } else { None }
}
