//! What somebody set for a room goes along when the room is replaced: push rules, tags, and that it is direct.
//!
//! Asked for when somebody gets into a new room. A room that only says that it replaces another gets nothing:
//! the old one must say so too, or the new one must be the person's own.

use herold_accounts::Device;
use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::room_state::{self, OPEN_END};
use herold_storage::{Session, StorageError, Transaction, memberships, rooms};
use ruma::push::{
    AnyPushRuleRef, NewConditionalPushRule, NewPushRule, NewSimplePushRule, PushCondition, Ruleset,
};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::people::DIRECT;
use crate::push_rules::{self, PUSH_RULES};
use crate::{Sync, SyncError};

/// The kind of account data that holds the tags of a room.
const TAGS: &str = "m.tag";

/// A room that was replaced, and what replaces it.
struct Replaced {
    old: OwnedRoomId,
    old_number: i64,
    new: OwnedRoomId,
    new_number: i64,
}

impl Sync {
    /// Takes over what the caller set for the room that `room_id` replaces, where it replaces one they were in.
    /// What they set for the new room before stays.
    pub async fn carry_over(&self, device: &Device, room_id: &RoomId) -> Result<(), SyncError> {
        let (user, user_id, new) = (device.user_number, device.user_id.clone(), room_id.to_owned());
        let find = {
            let user_id = user_id.clone();
            move |session: &mut Session| replaced(session, user, &user_id, &new)
        };
        let found: Option<Replaced> = self.0.storage.read(find).await.map_err(SyncError::from)?;
        let Some(replaced) = found else { return Ok(()) };
        let write = move |transaction: &mut Transaction<'_>| carry(transaction, user, &user_id, &replaced);
        self.0.storage.write(write).await.map_err(|error: StorageError| error.into())
    }
}

/// What `new` replaces, if it does and the user was there.
fn replaced(
    session: &mut Session,
    user: i64,
    user_id: &UserId,
    new: &RoomId,
) -> Result<Option<Replaced>, StorageError> {
    let Some(room) = rooms::by_id(session, &[new.to_string()])?.pop() else { return Ok(None) };
    let created: Option<Event<Created>> = current(session, room.room_number, "m.room.create")?;
    let Some((by, created)) = created.map(|event| (event.sender, event.content)) else { return Ok(None) };
    let Some(predecessor) = created.predecessor else { return Ok(None) };
    let before = rooms::by_id(session, &[predecessor.room_id.to_string()])?.pop();
    let Some(before) = before else { return Ok(None) };
    if memberships::of_user_in(session, user, before.room_number)?.is_none() {
        return Ok(None);
    }
    let tombstone: Option<Event<Tombstone>> = current(session, before.room_number, "m.room.tombstone")?;
    let said = tombstone.is_some_and(|event| event.content.replacement_room.as_deref() == Some(new));
    Ok((said || by == user_id).then(|| Replaced {
        old: predecessor.room_id,
        old_number: before.room_number,
        new: new.to_owned(),
        new_number: room.room_number,
    }))
}

#[derive(Deserialize)]
struct Event<T> {
    sender: OwnedUserId,
    content: T,
}

#[derive(Deserialize)]
struct Created {
    predecessor: Option<Predecessor>,
}

#[derive(Deserialize)]
struct Predecessor {
    room_id: OwnedRoomId,
}

#[derive(Deserialize)]
struct Tombstone {
    replacement_room: Option<OwnedRoomId>,
}

/// The entry of this type with an empty state key, as the room is now.
fn current<T: DeserializeOwned>(
    session: &mut Session,
    room: i64,
    kind: &str,
) -> Result<Option<T>, StorageError> {
    let keys = room_state::key_numbers(session, &[(kind.to_owned(), String::new())])?;
    let keys: Vec<i64> = keys.into_values().collect();
    let entry = room_state::of_keys_at(session, &[room], &keys, OPEN_END - 1)?.pop();
    Ok(entry.and_then(|entry| serde_json::from_str(&entry.event.json).ok()))
}

fn carry(
    transaction: &mut Transaction<'_>,
    user: i64,
    user_id: &UserId,
    replaced: &Replaced,
) -> Result<(), StorageError> {
    if let Some(content) = account_data::get(transaction, user, NO_ROOM, PUSH_RULES)? {
        let mut rules = push_rules::ruleset(Some(&content), user_id);
        if carry_rules(&mut rules, replaced) && push_rules::check(&rules).is_ok() {
            let content = push_rules::content(&rules).to_string();
            account_data::set(transaction, user, NO_ROOM, PUSH_RULES, &content)?;
        }
    }
    if let Some(tags) = account_data::get(transaction, user, replaced.old_number, TAGS)?
        && account_data::get(transaction, user, replaced.new_number, TAGS)?.is_none()
    {
        account_data::set(transaction, user, replaced.new_number, TAGS, &tags)?;
    }
    if let Some(content) = account_data::get(transaction, user, NO_ROOM, DIRECT)?
        && let Some(content) = carry_direct(&content, replaced)
    {
        account_data::set(transaction, user, NO_ROOM, DIRECT, &content)?;
    }
    Ok(())
}

/// Makes for the new room what rules there are for the old one alone; says whether there was anything to make.
fn carry_rules(rules: &mut Ruleset, replaced: &Replaced) -> bool {
    let (old, new) = (replaced.old.as_str(), replaced.new.as_str());
    let mut made = Vec::new();
    for rule in rules.iter() {
        let renamed = match rule {
            AnyPushRuleRef::Room(rule) if rule.rule_id == old => {
                NewPushRule::Room(NewSimplePushRule::new(replaced.new.clone(), rule.actions.clone()))
            }
            AnyPushRuleRef::Override(rule) if rule.rule_id.contains(old) => {
                let conditions =
                    rule.conditions.iter().map(|condition| renamed(condition, old, new)).collect();
                let id = rule.rule_id.replace(old, new);
                NewPushRule::Override(NewConditionalPushRule::new(id, conditions, rule.actions.clone()))
            }
            _ => continue,
        };
        made.push((renamed, rule.enabled()));
    }
    let mut changed = false;
    for (rule, enabled) in made {
        let (kind, id) = (rule.kind(), rule.rule_id().to_owned());
        if rules.get(kind.clone(), &id).is_some() || rules.insert(rule, None, None).is_err() {
            continue;
        }
        // It was found to be insertable, so that it is there.
        changed |= rules.set_enabled(kind, &id, enabled).is_ok();
    }
    changed
}

fn renamed(condition: &PushCondition, old: &str, new: &str) -> PushCondition {
    let mut condition = condition.clone();
    if let PushCondition::EventMatch(data) = &mut condition
        && data.key == "room_id"
        && data.pattern == old
    {
        new.clone_into(&mut data.pattern);
    }
    condition
}

/// `m.direct` with the new room beside the old one; `None` where that changes nothing.
fn carry_direct(content: &str, replaced: &Replaced) -> Option<String> {
    let mut content: Value = serde_json::from_str(content).ok()?;
    let mut changed = false;
    for rooms in content.as_object_mut()?.values_mut().filter_map(Value::as_array_mut) {
        let names = |room: &RoomId| rooms.iter().any(|named| named == room.as_str());
        if names(&replaced.old) && !names(&replaced.new) {
            rooms.push(json!(replaced.new));
            changed = true;
        }
    }
    changed.then(|| content.to_string())
}

#[cfg(test)]
mod tests {
    use ruma::push::EventMatchConditionData;
    use ruma::{owned_room_id, user_id};

    use super::*;

    #[test]
    fn rules_for_the_old_room_alone_are_made_for_the_new_one() {
        let replaced = Replaced {
            old: owned_room_id!("!old:a"),
            old_number: 1,
            new: owned_room_id!("!new:a"),
            new_number: 2,
        };
        let mut rules = Ruleset::server_default(user_id!("@me:a"));
        assert!(!carry_rules(&mut rules, &replaced));
        let condition = |pattern: &str| {
            let data = EventMatchConditionData::new("room_id".to_owned(), pattern.to_owned());
            vec![PushCondition::EventMatch(data)]
        };
        let muted = NewConditionalPushRule::new("!old:a".to_owned(), condition("!old:a"), vec![]);
        rules.insert(NewPushRule::Override(muted), None, None).unwrap();
        let other = NewConditionalPushRule::new("!other:a".to_owned(), condition("!other:a"), vec![]);
        rules.insert(NewPushRule::Override(other), None, None).unwrap();
        assert!(carry_rules(&mut rules, &replaced));
        let made = rules.override_.get("!new:a").unwrap();
        let PushCondition::EventMatch(data) = &made.conditions[0] else { panic!("{made:?}") };
        assert_eq!((data.pattern.as_str(), made.enabled), ("!new:a", true));
        assert!(!carry_rules(&mut rules, &replaced), "once is enough");
    }
}
