//! What people keep about a room outside of it, and what is left of that when the room is deleted: keys in their
//! backups, lists of direct conversations, push rules for the room alone, reports.

use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::room_deletions::{self, RoomDeletion};
use herold_storage::{StorageError, Transaction, key_backups, reports};
use serde_json::{Map, Value};

use crate::{Rooms, RoomsError};

/// People whose things are looked at in one step.
const PEOPLE_AT_ONCE: usize = 100;
/// Which rooms are direct conversations with whom: user ids with lists of rooms.
const DIRECT: &str = "m.direct";
const PUSH_RULES: &str = "m.push_rules";

impl Rooms {
    /// Takes the room out of what its people keep. They are known by their memberships, which must still be there.
    pub(super) async fn erase_kept(&self, deletion: &RoomDeletion) -> Result<(), RoomsError> {
        let number = deletion.room_number;
        let people = self.storage().read(move |session| room_deletions::people(session, number)).await?;
        for some in people.chunks(PEOPLE_AT_ONCE) {
            let delete_keys = || {
                let (some, room_id) = (some.to_vec(), deletion.room_id.clone());
                self.storage()
                    .write(move |transaction| key_backups::delete_of_room(transaction, &some, &room_id))
            };
            // A step that found fewer was the last: what is backed up meanwhile does not keep this going.
            while delete_keys().await? >= key_backups::SWEEP_MAX.unsigned_abs() {}
            let (some, room_id) = (some.to_vec(), deletion.room_id.clone());
            self.storage().write(move |transaction| forget(transaction, &some, &room_id)).await?;
        }
        Ok(())
    }

    /// Reports about the room are dealt with: what they are about is no more.
    pub(super) async fn close_reports(&self, deletion: &RoomDeletion) -> Result<(), RoomsError> {
        let (room_id, now_ms) = (deletion.room_id.clone(), self.0.clock.now_ms());
        let write = move |transaction: &mut Transaction<'_>| {
            reports::close_of_room(transaction, &room_id, now_ms).map(drop)
        };
        Ok(self.storage().write(write).await?)
    }

    /// Of reports about the room only that there were some is left.
    pub(super) async fn forget_reports(&self, deletion: &RoomDeletion) -> Result<(), RoomsError> {
        let room_id = deletion.room_id.clone();
        let write =
            move |transaction: &mut Transaction<'_>| reports::forget_room(transaction, &room_id).map(drop);
        Ok(self.storage().write(write).await?)
    }
}

/// Takes the room out of the account data of `people` where its meaning is known.
fn forget(transaction: &mut Transaction<'_>, people: &[i64], room_id: &str) -> Result<(), StorageError> {
    for (user, content) in account_data::of_users(transaction, people, DIRECT)? {
        if let Some(content) = without(&content, room_id, without_conversation) {
            account_data::set_counted(transaction, user, NO_ROOM, DIRECT, &content)?;
        }
    }
    for (user, content) in account_data::of_users(transaction, people, PUSH_RULES)? {
        if let Some(content) = without(&content, room_id, without_rules) {
            account_data::set(transaction, user, NO_ROOM, PUSH_RULES, &content)?;
        }
    }
    Ok(())
}

/// The content after `change` has taken the room out; `None` where it is not in there.
fn without(
    content: &str,
    room_id: &str,
    change: impl FnOnce(&mut Map<String, Value>, &str) -> bool,
) -> Option<String> {
    if !content.contains(room_id) {
        return None;
    }
    let mut object: Map<String, Value> = serde_json::from_str(content).ok()?;
    change(&mut object, room_id).then(|| Value::Object(object).to_string())
}

/// Takes the room out of the lists of direct conversations; who has none any more is no entry.
fn without_conversation(direct: &mut Map<String, Value>, room_id: &str) -> bool {
    let mut changed = false;
    direct.retain(|_, rooms| {
        let Value::Array(rooms) = rooms else { return true };
        let before = rooms.len();
        rooms.retain(|room| room != room_id);
        changed |= rooms.len() < before;
        rooms.len() == before || !rooms.is_empty()
    });
    changed
}

/// Takes the rules away that are called by the room: what people set for this room alone.
fn without_rules(content: &mut Map<String, Value>, room_id: &str) -> bool {
    let mut changed = false;
    let kinds = content.get_mut("global").and_then(Value::as_object_mut);
    for rules in kinds.into_iter().flat_map(Map::values_mut).filter_map(Value::as_array_mut) {
        let before = rules.len();
        rules.retain(|rule| rule["rule_id"] != room_id);
        changed |= rules.len() < before;
    }
    changed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_room_is_taken_out_of_lists_of_conversations_and_nothing_else_is() {
        let before = json!({ "@a:x": ["!r", "!s"], "@b:x": ["!r"], "@c:x": ["!s"], "@d:x": [], "odd": "!r" });
        let after = without(&before.to_string(), "!r", without_conversation).unwrap();
        let wanted = json!({ "@a:x": ["!s"], "@c:x": ["!s"], "@d:x": [], "odd": "!r" });
        assert_eq!(serde_json::from_str::<Value>(&after).unwrap(), wanted);
        for unchanged in [json!({ "@a:x": ["!rr"] }), json!({ "!r": ["!s"] }), json!(["!r"])] {
            assert_eq!(without(&unchanged.to_string(), "!r", without_conversation), None, "{unchanged}");
        }
    }

    #[test]
    fn rules_of_the_room_alone_go() {
        let rules = json!([{ "rule_id": "!r", "actions": [] }, { "rule_id": "!s", "actions": [] }]);
        let before = json!({ "global": { "room": rules, "override": rules, "sender": [] } });
        let after = without(&before.to_string(), "!r", without_rules).unwrap();
        let left = json!([{ "rule_id": "!s", "actions": [] }]);
        let wanted = json!({ "global": { "room": left, "override": left, "sender": [] } });
        assert_eq!(serde_json::from_str::<Value>(&after).unwrap(), wanted);
        assert_eq!(without(&wanted.to_string(), "!r", without_rules), None);
        assert_eq!(without(r#"{"!r":1}"#, "!r", without_rules), None);
    }
}
