//! Looking through candidates: what the person may see, was in the room for, and is notified of by the rules
//! they have now.

use std::collections::{HashMap, HashSet};

use herold_rooms::read::{Viewer, content_of};
use herold_storage::events::{self, StoredEvent};
use herold_storage::{Session, account_data, memberships, room_state};
use ruma::UserId;
use ruma::events::room::member::MembershipState;
use ruma::push::{Action, Ruleset};
use serde_json::Value;

use super::Alert;
use super::candidates::Candidates;
use crate::SyncError;
use crate::contexts::{Asking, Contexts, Members};
use crate::judge::Judgeable;
use crate::judging::Threads;
use crate::people::{Wishes, load_wishes};
use crate::push_rules::{PUSH_RULES, actions, ruleset};
use crate::unread::Counting;

/// Events read at once.
const STEP: usize = 64;
/// Events looked at for one page; what is beyond begins another page.
const LOOKED_AT_MAX: usize = 512;

/// Whose notifications are looked for.
pub(super) struct Asker {
    pub(super) wishes: Wishes,
    rules: Ruleset,
}

impl Asker {
    pub(super) fn load(session: &mut Session, user: i64, user_id: &UserId) -> Result<Self, SyncError> {
        let stored = account_data::get(session, user, account_data::NO_ROOM, PUSH_RULES)?;
        let wishes = load_wishes(session, user, user_id)?;
        Ok(Self { wishes, rules: ruleset(stored.as_deref(), user_id) })
    }
}

/// An event that notified.
pub(super) struct Found {
    pub(super) event: StoredEvent,
    pub(super) actions: Vec<Action>,
    pub(super) read: bool,
}

impl Found {
    pub(super) fn highlights(&self) -> bool {
        self.actions.iter().any(Action::is_highlight)
    }
}

/// Where to look.
pub(super) struct Search<'a> {
    pub(super) counting: &'a Counting<'a>,
    pub(super) asker: &'a Asker,
    pub(super) rooms: &'a [i64],
}

impl Search<'_> {
    /// The newest `limit` that are `wanted` after `since` and up to `upto`, newest first, and up to where the
    /// next page goes, unless there is none.
    pub(super) fn newest(
        &self,
        session: &mut Session,
        since: i64,
        upto: i64,
        limit: usize,
        wanted: &dyn Fn(&Found) -> bool,
    ) -> Result<(Vec<Found>, Option<i64>), SyncError> {
        let candidates = Candidates::load(session, self.counting, self.rooms, since, upto)?;
        let mut found = Vec::new();
        for step in candidates.places.chunks(STEP).take(LOOKED_AT_MAX / STEP) {
            let judged = self.judge(session, step)?;
            for event in judged.into_iter().filter(wanted) {
                let position = event.event.event_number;
                if found.len() == limit {
                    return Ok((found, Some(position)));
                }
                found.push(event);
            }
        }
        let next = match candidates.places.get(LOOKED_AT_MAX) {
            Some((_, position)) => Some(*position),
            None => Some(candidates.complete_after).filter(|complete_after| *complete_after > since),
        };
        Ok((found, next))
    }

    /// Those of the events at `places` that notify, newest first.
    fn judge(&self, session: &mut Session, places: &[(i64, i64)]) -> Result<Vec<Found>, SyncError> {
        // The number of an event in the timeline is its position.
        let numbers: Vec<i64> = places.iter().map(|(_, position)| *position).collect();
        let mut stored: Vec<StoredEvent> = events::by_number(session, &numbers)?.into_values().collect();
        stored.retain(|event| event.sender_number != self.counting.user && event.redacted_by.is_none());
        let mut seen = self.seen(session, stored)?;
        seen.sort_unstable_by_key(|event| std::cmp::Reverse(event.event_number));
        let mut rooms: Vec<i64> = seen.iter().map(|event| event.room_number).collect();
        rooms.sort_unstable();
        rooms.dedup();
        let read = self.counting.read_up_to(session, &rooms)?;
        let judgeable: Vec<(&StoredEvent, Judgeable)> = seen
            .iter()
            .filter_map(|event| Some((event, Judgeable::read(&event.json)?)))
            .filter(|(_, content)| !self.asker.wishes.ignored.contains(&content.sender))
            .collect();
        let threads = Threads::load(session, &judgeable)?;
        let (reader, user_id) = (self.counting.reader, self.counting.user_id);
        let members = self.asker.wishes.rules.as_ref().map_or(Members::Now, |rules| rules.members);
        let asking = Asking { reader, user: self.counting.user, user_id, members };
        let asked: Vec<&StoredEvent> = judgeable.iter().map(|(event, _)| *event).collect();
        let mut contexts = Contexts::load(session, &asking, &asked)?;
        let mut found = Vec::new();
        for event in asked {
            let Some(context) = contexts.of(event) else { continue };
            let actions = actions(&self.asker.rules, event, context);
            if !actions.iter().any(Action::should_notify) {
                continue;
            }
            let position = read.get(&event.room_number).map_or(0, |read| read.position(&threads.of(event)));
            let read = event.event_number <= position;
            found.push(Found { event: event.clone(), actions, read });
        }
        Ok(found)
    }

    /// Those of `stored` that the person may see and was in the room for, and those that invite them.
    fn seen(&self, session: &mut Session, stored: Vec<StoredEvent>) -> Result<Vec<StoredEvent>, SyncError> {
        let rooms: HashSet<i64> = stored.iter().map(|event| event.room_number).collect();
        let rooms: Vec<i64> = rooms.into_iter().collect();
        let (user, user_id) = (self.counting.user, self.counting.user_id);
        let mut viewers = Viewer::load(session, &rooms, user_id, user)?;
        Viewer::load_all_differences(session, &mut viewers, &stored)?;
        let no_invites = self.asker.wishes.no_invites;
        let notified = |event: &StoredEvent| {
            viewers.get(&event.room_number).is_some_and(|viewer| match viewer.membership_at(event) {
                MembershipState::Join => viewer.may_see(event),
                // Nothing but the invite itself is seen from outside.
                MembershipState::Invite => !no_invites && is_about(event, user_id),
                _ => false,
            })
        };
        Ok(stored.into_iter().filter(notified).collect())
    }

    /// What pushers tell of `found`.
    pub(super) fn alerts(&self, session: &mut Session, found: Vec<Found>) -> Result<Vec<Alert>, SyncError> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let mut rooms: Vec<i64> = found.iter().map(|found| found.event.room_number).collect();
        rooms.sort_unstable();
        rooms.dedup();
        let known = self.counting.reader.rooms(session, &rooms)?;
        let senders: Vec<i64> = found.iter().map(|found| found.event.sender_number).collect();
        let names = display_names(session, &rooms, &senders)?;
        let kinds = ["m.room.name".to_owned(), "m.room.canonical_alias".to_owned()];
        let state = room_state::of_kinds_at(session, &rooms, &kinds, self.counting.until)?;
        let said = |room: i64, kind: &str, field: &str| {
            let entry = state.iter().find(|entry| {
                entry.event.room_number == room && entry.event.kind == kind && entry.state_key.is_empty()
            })?;
            content_of(&entry.event)[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let alert = |found: Found| {
            let event = &found.event;
            let room = known.get(&event.room_number)?;
            let mut json: Value = serde_json::from_str(&event.json).ok()?;
            Some(Alert {
                position: event.event_number,
                event_id: event.event_id.clone(),
                room_id: room.id.to_string(),
                kind: event.kind.clone(),
                sender: json["sender"].as_str()?.to_owned(),
                sent_at: event.origin_server_ts,
                user_is_target: is_about(event, self.counting.user_id),
                sender_display_name: names.get(&(event.room_number, event.sender_number)).cloned(),
                room_name: said(event.room_number, "m.room.name", "name"),
                room_alias: said(event.room_number, "m.room.canonical_alias", "alias"),
                content: json["content"].take(),
                actions: found.actions,
            })
        };
        Ok(found.into_iter().filter_map(alert).collect())
    }
}

/// Whether the event is about the membership of `user_id`.
fn is_about(event: &StoredEvent, user_id: &UserId) -> bool {
    let of_member = event.kind == "m.room.member";
    of_member
        && Judgeable::read(&event.json)
            .is_some_and(|read| read.state_key.as_deref() == Some(user_id.as_str()))
}

/// What members of rooms are called there: by room and user.
fn display_names(
    session: &mut Session,
    rooms: &[i64],
    users: &[i64],
) -> Result<HashMap<(i64, i64), String>, SyncError> {
    let members = memberships::among(session, rooms, users)?;
    let numbers: Vec<i64> = members.iter().map(|member| member.event_number).collect();
    let events = events::by_number(session, &numbers)?;
    let named = members.iter().filter_map(|member| {
        let content = content_of(events.get(&member.event_number)?);
        Some(((member.room_number, member.user_number), content["displayname"].as_str()?.to_owned()))
    });
    Ok(named.collect())
}
