//! What is told beside rooms: messages to the device, keys, account data, receipts, and who types. Those that are
//! about rooms cover the rooms of some lists and subscriptions; what a room lacks is told when it is covered again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use herold_rooms::read::Room;
use herold_storage::one_time_keys::KeyCounts;
use herold_storage::receipts::{self, StoredReceipt};
use herold_storage::{Session, account_data};
use ruma::OwnedUserId;
use serde_json::{Map, Value};

use super::choose::Due;
use super::request::{Coverage, SlidingRequest};
use super::room_news::RoomNews;
use super::told::{ACCOUNT_DATA, RECEIPTS, Told, ToldRoom};
use super::windows::Windows;
use crate::gather::receipts::{contents, event, typing};
use crate::gather::{Data, Plan, everything_else, people, rooms};
use crate::numbers::sorted;
use crate::people::Part;
use crate::thread_subscriptions::ThreadChanges;
use crate::{Inner, SyncError};

/// What is told of rooms.
type OfRooms<T> = Vec<(Arc<Room>, T)>;

/// What is told beside rooms.
#[derive(Default)]
pub(crate) struct Extended {
    /// Messages, and the position they are told up to.
    pub(crate) to_device: Option<(Vec<String>, i64)>,
    pub(crate) keys: Option<Keys>,
    pub(crate) account_data: Vec<Data>,
    pub(crate) room_account_data: OfRooms<Vec<Data>>,
    pub(crate) receipts: OfRooms<String>,
    pub(crate) typing: OfRooms<String>,
    pub(crate) threads: ThreadChanges,
    /// Whether the client has the account data of no room afterwards.
    pub(crate) has_account_data: bool,
}

/// What is told of keys.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) changed: Vec<OwnedUserId>,
    pub(crate) left: Vec<OwnedUserId>,
    pub(crate) counts: Arc<KeyCounts>,
    /// Whether the counts are news.
    pub(crate) counts_changed: bool,
}

impl Extended {
    /// Whether there is nothing to be told.
    pub(crate) fn is_empty(&self) -> bool {
        self.to_device.as_ref().is_none_or(|(messages, _)| messages.is_empty())
            && self
                .keys
                .as_ref()
                .is_none_or(|keys| keys.changed.is_empty() && keys.left.is_empty() && !keys.counts_changed)
            && self.account_data.is_empty()
            && self.room_account_data.is_empty()
            && self.receipts.is_empty()
            && self.typing.is_empty()
            && self.threads.changes.is_empty()
    }
}

/// Which rooms there are to be covered, and what the client has of them.
pub(crate) struct Covering<'a> {
    pub(crate) due: &'a HashMap<i64, Due>,
    pub(crate) windows: &'a Windows<'a>,
    pub(crate) told: &'a Told,
    /// Rooms with new account data.
    pub(crate) with_data: &'a HashSet<i64>,
}

/// Gathers what is wanted; `changes` learns what the client has of rooms afterwards.
pub(crate) fn gather(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    request: &SlidingRequest,
    covering: &Covering<'_>,
    news: &[RoomNews],
    changes: &mut HashMap<i64, ToldRoom>,
) -> Result<Extended, SyncError> {
    let wanted = &request.extensions;
    let mut extended = Extended::default();
    if let Some(asked) = &wanted.to_device {
        let after = to_device_since(asked.since.as_deref(), plan.until)?;
        let limit = asked.limit.unwrap_or(everything_else::TO_DEVICE_MAX);
        // A client that says what it has seen is told the rest, news or not.
        let (messages, until) = everything_else::to_device(inner, session, plan, after, limit)?;
        extended.to_device = Some((messages, until.unwrap_or(plan.until)));
    }
    if wanted.e2ee {
        extended.keys = Some(keys(inner, session, plan)?);
    }
    if let Some(limit) = wanted.thread_subscriptions {
        let (user, window) = (plan.person.user_number, (plan.since(), plan.until));
        if plan.since.is_none() || plan.news.threads {
            extended.threads = ThreadChanges::load(session, &inner.reader, user, window, limit)?;
        }
    }
    let mut gathering = Gathering { inner, plan, covering, changes };
    // Without the extension the client misses what changes.
    extended.has_account_data = covering.told.account_data && !plan.news.account_data;
    if let Some(coverage) = &wanted.account_data {
        let since = if covering.told.account_data { plan.since() } else { 0 };
        extended.account_data = everything_else::account_data(session, plan, since)?;
        extended.has_account_data = true;
        extended.room_account_data = gathering.room_account_data(session, coverage)?;
    } else {
        gathering.miss(covering.with_data.iter(), ACCOUNT_DATA);
    }
    if let Some(coverage) = &wanted.receipts {
        extended.receipts = gathering.receipts(session, coverage, news)?;
    } else {
        gathering.miss(plan.news.receipts.iter(), RECEIPTS);
    }
    if let Some(coverage) = &wanted.typing {
        extended.typing = gathering.typing(session, coverage)?;
    }
    Ok(extended)
}

/// Reads the token of to-device messages: `d` and a log position. One from beyond the end of the log, of a database
/// that was put back to an earlier state, counts as the beginning.
pub(crate) fn to_device_since(token: Option<&str>, until: i64) -> Result<i64, SyncError> {
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(0) };
    let digits = token.strip_prefix('d').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let position: i64 = digits.and_then(|digits| digits.parse().ok()).ok_or(SyncError::InvalidToken)?;
    Ok(if position > until { 0 } else { position })
}

fn keys(inner: &Inner, session: &mut Session, plan: &Plan) -> Result<Keys, SyncError> {
    let counts_changed = plan.news.key_counts;
    let counts = inner.key_counts(session, plan)?;
    let moved = plan.since.is_some() && (!plan.news.own.is_empty() || plan.news.from_tables);
    let (joined, left) = if moved { rooms::came_and_left(session, plan)? } else { (Vec::new(), Vec::new()) };
    let (changed, left) = people::device_lists(session, plan, &joined, &left)?;
    Ok(Keys { changed, left, counts, counts_changed })
}

struct Gathering<'a> {
    inner: &'a Inner,
    plan: &'a Plan,
    covering: &'a Covering<'a>,
    changes: &'a mut HashMap<i64, ToldRoom>,
}

impl Gathering<'_> {
    /// What the client has of a room after this answer.
    fn has(&self, room: i64) -> Option<ToldRoom> {
        self.changes.get(&room).or_else(|| self.covering.told.rooms.get(&room)).copied()
    }

    /// The rooms that the user is in and that are covered.
    fn covered(&self, coverage: &Coverage) -> Vec<i64> {
        let known = &self.plan.known.rooms;
        let covered = self.covering.windows.wanted.iter().filter(|(room, wanted)| {
            let inside = known.get(room).is_some_and(|own| own.part == Part::Join);
            let name = match (wanted.subscribed, coverage.rooms.as_deref()) {
                (true, Some(_)) => self.inner.reader.remembered(**room).map(|room| room.id.to_string()),
                _ => None,
            };
            inside && coverage.covers(&name.unwrap_or_default(), &wanted.lists, wanted.subscribed)
        });
        sorted(covered.map(|(room, _)| *room))
    }

    /// The client misses what is new in those of `rooms` that are not behind anyway.
    fn miss<'a>(&mut self, rooms: impl Iterator<Item = &'a i64>, flag: u8) {
        for room in rooms {
            if let Some(has) = self.has(*room).filter(|has| has.flags & flag != 0 && has.behind.is_none()) {
                self.changes.insert(*room, ToldRoom { flags: has.flags & !flag, ..has });
            }
        }
    }

    /// Of `rooms`, those that the client has to be told everything of, and those that it is told news of, each with
    /// the position it has them up to. Afterwards it has them all.
    fn divide(
        &mut self,
        rooms: &[i64],
        flag: u8,
        is_news: impl Fn(&i64) -> bool,
    ) -> (Vec<i64>, HashMap<i64, i64>) {
        let (mut anew, mut since) = (Vec::new(), HashMap::new());
        for room in rooms {
            let Some(has) = self.has(*room) else { continue };
            let due = self.covering.due.get(room);
            if has.flags & flag == 0 {
                anew.push(*room);
                self.changes.insert(*room, ToldRoom { flags: has.flags | flag, ..has });
            } else if let Some(due) = due.filter(|due| due.since < self.plan.since() || is_news(room)) {
                since.insert(*room, due.since);
            }
        }
        (anew, since)
    }

    fn room_account_data(
        &mut self,
        session: &mut Session,
        coverage: &Coverage,
    ) -> Result<OfRooms<Vec<Data>>, SyncError> {
        let covered = self.covered(coverage);
        let missed: Vec<i64> = self
            .covering
            .with_data
            .iter()
            .filter(|room| covered.binary_search(room).is_err())
            .copied()
            .collect();
        self.miss(missed.iter(), ACCOUNT_DATA);
        let with_data = self.covering.with_data;
        let (anew, since) = self.divide(&covered, ACCOUNT_DATA, |room| with_data.contains(room));
        let asked = sorted(anew.iter().chain(since.keys()).copied());
        let mut found: BTreeMap<i64, Vec<Data>> = BTreeMap::new();
        if !asked.is_empty() {
            for data in account_data::in_rooms(session, self.plan.person.user_number, &asked)? {
                let new = since.get(&data.room_number).is_none_or(|since| data.position > *since);
                if new && data.position <= self.plan.until {
                    found.entry(data.room_number).or_default().push((data.kind, data.content));
                }
            }
        }
        self.named(session, found)
    }

    fn receipts(
        &mut self,
        session: &mut Session,
        coverage: &Coverage,
        news: &[RoomNews],
    ) -> Result<OfRooms<String>, SyncError> {
        let covered = self.covered(coverage);
        let new_receipts = &self.plan.news.receipts;
        let missed: Vec<i64> =
            new_receipts.iter().filter(|room| covered.binary_search(room).is_err()).copied().collect();
        self.miss(missed.iter(), RECEIPTS);
        let (anew, since) = self.divide(&covered, RECEIPTS, |room| new_receipts.contains(room));
        let user = self.plan.person.user_number;
        let mut stored: Vec<StoredReceipt> = Vec::new();
        let shown: Vec<String> = news
            .iter()
            .filter(|news| news.due.expanded || anew.contains(&news.room.number))
            .flat_map(|news| &news.timeline.events)
            .map(|event| event.event_id().to_string())
            .collect();
        if !anew.is_empty() || !shown.is_empty() {
            stored.extend(receipts::at_events(session, &anew, &shown, user)?);
        }
        if let Some(first) = since.values().min() {
            let rooms = sorted(since.keys().copied());
            let new = receipts::changed(session, &rooms, user, *first)?;
            let is_new = |receipt: &StoredReceipt| {
                since.get(&receipt.room_number).is_some_and(|since| receipt.position > *since)
            };
            stored.extend(new.into_iter().filter(is_new));
        }
        stored.retain(|receipt| {
            receipt.position <= self.plan.until && covered.binary_search(&receipt.room_number).is_ok()
        });
        let mut by_room: BTreeMap<i64, Map<String, Value>> = BTreeMap::new();
        for ((room, _), content) in contents(session, self.plan, stored)? {
            let whole = by_room.entry(room).or_default();
            content.into_iter().for_each(|(event, kinds)| add_receipts(whole, event, kinds));
        }
        let events = by_room.into_iter().map(|(room, content)| (room, event(content))).collect();
        self.named(session, events)
    }

    fn typing(&mut self, session: &mut Session, coverage: &Coverage) -> Result<OfRooms<String>, SyncError> {
        let mut found = BTreeMap::new();
        for room in self.covered(coverage) {
            let newly = self.covering.due.get(&room).is_some_and(|due| due.initial);
            if let Some(event) = typing(self.inner, self.plan, room, newly) {
                found.insert(room, event);
            }
        }
        self.named(session, found)
    }

    fn named<T>(&self, session: &mut Session, found: BTreeMap<i64, T>) -> Result<OfRooms<T>, SyncError> {
        let numbers: Vec<i64> = found.keys().copied().collect();
        let rooms = self.inner.reader.rooms(session, &numbers)?;
        Ok(found.into_iter().filter_map(|(number, told)| Some((rooms.get(&number)?.clone(), told))).collect())
    }
}

/// Adds receipts at one event to those that are there. Somebody's receipt of no thread means more than one of a
/// thread, and comes first.
fn add_receipts(whole: &mut Map<String, Value>, event: String, kinds: Value) {
    let Value::Object(kinds) = kinds else { return };
    let there = whole.entry(event).or_insert_with(|| Value::Object(Map::new()));
    for (kind, users) in kinds {
        let Value::Object(users) = users else { continue };
        for (user, receipt) in users {
            if there[&kind][&user].is_null() {
                there[&kind][&user] = receipt;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_of_messages_are_read() {
        assert_eq!(to_device_since(Some("d7"), 9).unwrap(), 7);
        assert_eq!(to_device_since(Some("d70"), 9).unwrap(), 0);
        assert_eq!(to_device_since(Some(""), 9).unwrap(), 0);
        for wrong in ["7", "d", "d-1", "s7_1", "d99999999999999999999"] {
            assert!(to_device_since(Some(wrong), 9).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_receipt_of_no_thread_stays_beside_those_of_threads() {
        let mut whole = Map::new();
        add_receipts(&mut whole, "$a".to_owned(), json!({ "m.read": { "@u:s": { "ts": 1 } } }));
        let threaded = json!({ "m.read": { "@u:s": { "ts": 2, "thread_id": "main" }, "@v:s": { "ts": 3 } } });
        add_receipts(&mut whole, "$a".to_owned(), threaded);
        assert_eq!(
            Value::Object(whole),
            json!({ "$a": { "m.read": { "@u:s": { "ts": 1 }, "@v:s": { "ts": 3 } } } })
        );
    }
}
