//! What passes in rooms: typing and read receipts, as whole events.

use std::collections::{BTreeMap, HashMap, HashSet};

use herold_storage::Session;
use herold_storage::receipts::{self, KIND_READ, StoredReceipt};
use serde_json::{Map, Value, json};

use super::plan::Plan;
use super::rooms::{Choice, From};
use crate::numbers::ids;
use crate::numbers::sorted;
use crate::{Inner, SyncError};

/// Ephemeral events of the rooms in `choice`, by room.
pub(crate) fn gather(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
) -> Result<HashMap<i64, Vec<String>>, SyncError> {
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    let wants = |kind: &str| plan.filter.ephemeral.events.wants_kind(kind);
    for chosen in choice.joined().filter(|chosen| plan.filter.ephemeral.rooms.wants(&chosen.room.id)) {
        let number = chosen.room.number;
        if wants("m.typing")
            && let Some(event) = typing(inner, plan, number, chosen.newly)
        {
            found.entry(number).or_default().push(event);
        }
    }
    if wants("m.receipt") {
        let ephemeral = |chosen: &super::rooms::Chosen| {
            !chosen.left && plan.filter.ephemeral.rooms.wants(&chosen.room.id)
        };
        let anew = choice.numbers(|chosen| ephemeral(chosen) && chosen.from == From::Anew);
        let since = choice.numbers(|chosen| {
            ephemeral(chosen) && chosen.from != From::Anew && plan.news.receipts.contains(&chosen.room.number)
        });
        let mut stored = Vec::new();
        if !anew.is_empty() {
            stored.extend(receipts::changed(session, &anew, plan.person.user_number, 0)?);
        }
        if !since.is_empty() {
            stored.extend(receipts::changed(session, &since, plan.person.user_number, plan.since())?);
        }
        stored.retain(|receipt| receipt.position <= plan.until);
        for ((room, _), content) in contents(session, plan, stored)? {
            found.entry(room).or_default().push(event(content));
        }
    }
    Ok(found)
}

/// Who types in `room`, if that is news.
pub(crate) fn typing(inner: &Inner, plan: &Plan, room: i64, newly: bool) -> Option<String> {
    let typing = inner.typing.in_room(room);
    let news = plan.news.typing.contains(&room) || (newly && !typing.is_empty());
    let ignored = &plan.known.wishes.ignored;
    news.then(|| {
        let users: Vec<&str> =
            typing.iter().map(|user| user.as_str()).filter(|user| !ignored.contains(*user)).collect();
        json!({ "type": "m.typing", "content": { "user_ids": users } }).to_string()
    })
}

/// Contents of receipt events, by room and thread.
pub(crate) type Contents = BTreeMap<(i64, String), Map<String, Value>>;

/// Contents of receipt events by room and thread, where `stored` has any that the user wants to see.
pub(crate) fn contents(
    session: &mut Session,
    plan: &Plan,
    stored: Vec<StoredReceipt>,
) -> Result<Contents, SyncError> {
    let mut contents = Contents::new();
    if stored.is_empty() {
        return Ok(contents);
    }
    let users: HashSet<i64> = stored.iter().map(|receipt| receipt.user_number).collect();
    let users = ids(session, &sorted(users))?;
    for receipt in stored {
        let Some(user) = users.get(&receipt.user_number) else { continue };
        if plan.known.wishes.ignored.contains(user.as_str()) {
            continue;
        }
        let mut value = json!({ "ts": receipt.received_at });
        if !receipt.thread.is_empty() {
            value["thread_id"] = receipt.thread.as_str().into();
        }
        let kind = if receipt.kind == KIND_READ { "m.read" } else { "m.read.private" };
        let content = contents.entry((receipt.room_number, receipt.thread)).or_default();
        let of_event = content.entry(receipt.event_id).or_insert_with(|| json!({}));
        of_event[kind][user.as_str()] = value;
    }
    Ok(contents)
}

/// A receipt event.
pub(crate) fn event(content: Map<String, Value>) -> String {
    json!({ "type": "m.receipt", "content": Value::Object(content) }).to_string()
}
