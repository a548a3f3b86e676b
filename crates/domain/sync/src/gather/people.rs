//! Whose devices the client has to look at again, whose no longer, and how people are.

use std::collections::{HashMap, HashSet};

use herold_rooms::read::content_of;
use herold_storage::memberships::StoredMembership;
use herold_storage::{Session, cross_signing, memberships, room_state, users};
use ruma::OwnedUserId;
use ruma::presence::PresenceState;
use serde_json::json;

use super::gathered::Gathered;
use super::plan::Plan;
use super::rooms::Choice;
use crate::numbers::sorted;
use crate::numbers::{ids, member_keys};
use crate::presence::Shown;
use crate::{Inner, SyncError};

/// Who is in a room as others who are in it see it: also those who are asked in, since they are to read
/// what is written from now on.
const PRESENT: [&str; 2] = ["join", "invite"];

/// Whose keys changed and whose do not matter any more (specification, "Extensions to /sync").
pub(crate) fn device_lists(
    session: &mut Session,
    plan: &Plan,
    newly_joined: &[i64],
    newly_left: &[i64],
) -> Result<(Vec<OwnedUserId>, Vec<OwnedUserId>), SyncError> {
    if plan.since.is_none() {
        return Ok((Vec::new(), Vec::new()));
    }
    let (changed, left) = changes(session, plan, newly_joined, newly_left)?;
    let names = ids(session, &sorted(changed.iter().chain(&left).copied()))?;
    let named = |numbers: &HashSet<i64>| {
        let mut named: Vec<_> = numbers.iter().filter_map(|number| names.get(number).cloned()).collect();
        named.sort_unstable();
        named
    };
    Ok((named(&changed), named(&left)))
}

/// The same for a span between two positions, as numbers: changed and left.
fn changes(
    session: &mut Session,
    plan: &Plan,
    newly_joined: &[i64],
    newly_left: &[i64],
) -> Result<(HashSet<i64>, HashSet<i64>), SyncError> {
    let (user, news) = (plan.person.user_number, &plan.news);
    let (mut changed, mut left) = (HashSet::new(), HashSet::new());
    // Those who came or went in rooms that the user is in.
    let moved = came_and_went(session, plan)?;
    let present: Vec<String> = PRESENT.iter().map(|kind| (*kind).to_owned()).collect();
    let mut questionable: HashSet<i64> = moved.iter().copied().chain(news.keys.iter().copied()).collect();
    let mut of_rooms: HashSet<i64> = HashSet::new();
    let rooms = sorted(newly_joined.iter().chain(newly_left).copied());
    if !rooms.is_empty() {
        let now: HashSet<(i64, i64)> =
            memberships::of_rooms(session, &rooms, &present)?.iter().map(pair).collect();
        let then = as_of(session, plan, &rooms, now, None)?;
        of_rooms.extend(then.iter().map(|(_, member)| *member));
        questionable.extend(&of_rooms);
    }
    questionable.remove(&user);
    if !questionable.is_empty() {
        let asked = sorted(questionable.iter().copied());
        let shared = present_among(session, plan, &asked)?;
        for other in questionable {
            let came = moved.contains(&other) || of_rooms.contains(&other);
            if shared.contains(&other) {
                // Of a room that was left nobody is new.
                let news_of =
                    news.keys.contains(&other) || moved.contains(&other) || !newly_joined.is_empty();
                if news_of {
                    changed.insert(other);
                }
            } else if came {
                left.insert(other);
            }
        }
    }
    if news.keys.contains(&user) {
        changed.insert(user);
    }
    if news.signed {
        changed.extend(cross_signing::signed_since(session, user, plan.since())?);
    }
    Ok((changed, left))
}

/// Of the others whose membership changed, those who are in a room now and were not, or the other way round.
fn came_and_went(session: &mut Session, plan: &Plan) -> Result<HashSet<i64>, SyncError> {
    let mut moved = HashSet::new();
    let pairs: Vec<(i64, i64)> = plan.news.members.keys().copied().collect();
    if pairs.is_empty() {
        return Ok(moved);
    }
    let rooms = sorted(pairs.iter().map(|(room, _)| *room));
    let others = sorted(pairs.iter().map(|(_, user)| *user));
    let before = present_at(session, &rooms, &others, plan.since())?;
    let now: HashSet<(i64, i64)> = memberships::among(session, &rooms, &others)?
        .iter()
        .filter(|member| is_present(member))
        .map(pair)
        .collect();
    let then = as_of(session, plan, &rooms, now, Some(&others))?;
    for pair in pairs {
        if before.contains(&pair) != then.contains(&pair) {
            moved.insert(pair.1);
        }
    }
    Ok(moved)
}

/// Of `users`, those who are present in a room of the user's at the end of the span.
fn present_among(session: &mut Session, plan: &Plan, users: &[i64]) -> Result<HashSet<i64>, SyncError> {
    let joined = &plan.known.joined;
    let mut present: HashSet<i64> = memberships::present_among(session, users, joined)?.into_iter().collect();
    let asked: HashSet<i64> = users.iter().copied().collect();
    let changed = memberships::changed(session, joined, plan.until)?;
    let moved = sorted(changed.iter().map(|member| member.user_number).filter(|user| asked.contains(user)));
    if !moved.is_empty() {
        present.retain(|user| moved.binary_search(user).is_err());
        present.extend(present_at(session, joined, &moved, plan.until)?.iter().map(|(_, user)| *user));
    }
    Ok(present)
}

/// Who is present in which of `rooms` at the end of the span, from who is `now`: memberships may have changed
/// since. Of `users` only, where they are given.
fn as_of(
    session: &mut Session,
    plan: &Plan,
    rooms: &[i64],
    mut now: HashSet<(i64, i64)>,
    users: Option<&[i64]>,
) -> Result<HashSet<(i64, i64)>, SyncError> {
    let mut later = memberships::changed(session, rooms, plan.until)?;
    if let Some(users) = users {
        later.retain(|member| users.binary_search(&member.user_number).is_ok());
    }
    if later.is_empty() {
        return Ok(now);
    }
    let changed: HashSet<(i64, i64)> = later.iter().map(pair).collect();
    now.retain(|pair| !changed.contains(pair));
    let of_rooms = sorted(changed.iter().map(|(room, _)| *room));
    let members = sorted(changed.iter().map(|(_, user)| *user));
    let then = present_at(session, &of_rooms, &members, plan.until)?;
    now.extend(then.intersection(&changed));
    Ok(now)
}

/// Who of `users` was present in which of `rooms` at `position`.
fn present_at(
    session: &mut Session,
    rooms: &[i64],
    users: &[i64],
    position: i64,
) -> Result<HashSet<(i64, i64)>, SyncError> {
    let names = users::ids(session, users)?;
    let numbers: HashMap<&String, i64> = names.iter().map(|(number, id)| (id, *number)).collect();
    let keys = member_keys(session, names.values().cloned())?;
    let mut present = HashSet::new();
    for entry in room_state::of_keys_at(session, rooms, &keys, position)? {
        let content = content_of(&entry.event);
        let is_present = content["membership"].as_str().is_some_and(|kind| PRESENT.contains(&kind));
        if let Some(number) = numbers.get(&entry.state_key).filter(|_| is_present) {
            present.insert((entry.event.room_number, *number));
        }
    }
    Ok(present)
}

fn is_present(member: &StoredMembership) -> bool {
    PRESENT.contains(&member.membership.as_str())
}

fn pair(member: &StoredMembership) -> (i64, i64) {
    (member.room_number, member.user_number)
}

/// How those are whose presence changed, and those who are new to the user.
pub(crate) fn presence(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
    gathered: &mut Gathered,
) -> Result<(), SyncError> {
    if !inner.settings.presence {
        return Ok(());
    }
    let user = plan.person.user_number;
    let all = plan.since.is_none() || plan.news.all_presence;
    let mut asked: HashSet<i64> = plan.news.presence.clone();
    if all {
        asked.extend(inner.presence.around());
    }
    // Who came into a room of the user's is new to them.
    let came = plan.news.members.keys().map(|(_, other)| *other);
    asked.extend(came.filter(|other| inner.presence.of(*other).is_some()));
    let own_news = plan.since.is_none() || asked.contains(&user);
    asked.remove(&user);
    let mut told: Vec<i64> = own_news.then_some(user).into_iter().collect();
    if !asked.is_empty() {
        told.extend(memberships::users_among(session, &sorted(asked), &plan.known.joined)?);
    }
    if !choice.newly_joined.is_empty() {
        told.extend(memberships::users_among(session, &inner.presence.around(), &choice.newly_joined)?);
    }
    let told = sorted(told);
    if told.is_empty() {
        return Ok(());
    }
    let names = ids(session, &told)?;
    for other in told {
        let (Some(shown), Some(id)) = (inner.presence.of(other), names.get(&other)) else { continue };
        let ignored = plan.known.wishes.ignored.contains(id.as_str());
        if !ignored && plan.filter.presence.wants_from("m.presence", id.as_str()) {
            gathered.presence.push(event(id, &shown, plan.now_ms));
        }
    }
    Ok(())
}

/// A presence as clients are told it.
fn event(user: &ruma::UserId, shown: &Shown, now_ms: i64) -> String {
    json!({ "type": "m.presence", "sender": user, "content": content(shown, now_ms) }).to_string()
}

/// The content of a presence event.
pub(crate) fn content(shown: &Shown, now_ms: i64) -> serde_json::Value {
    let mut content = json!({ "presence": shown.state, "currently_active": shown.currently_active });
    if shown.active_at > 0 {
        content["last_active_ago"] = now_ms.saturating_sub(shown.active_at).max(0).into();
    }
    if let Some(status) = &shown.status {
        content["status_msg"] = status.as_str().into();
    }
    if shown.state == PresenceState::Offline {
        content["currently_active"] = false.into();
    }
    content
}
