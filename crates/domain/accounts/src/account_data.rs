//! Account data and tags: what clients keep with an account, seen by its owner only.

use herold_storage::account_data::{self, AccountData, NO_ROOM};
use herold_storage::{Session, StorageError, Transaction, memberships, rooms};
use ruma::RoomId;
use ruma::events::tag::{TagInfo, Tags};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::{Accounts, AccountsError, Device};

/// Bytes of one piece of account data at most.
const CONTENT_MAX: usize = 512 * 1024;
/// Bytes of an event type at most, as everywhere in Matrix.
const KIND_MAX: usize = 255;
/// Pieces that clients keep with one account at most: one for each kind, with each room and with none. A sync from
/// the beginning tells them all.
const PIECES_MAX: i64 = 20_000;
/// Bytes of all these pieces at most.
const BYTES_MAX: i64 = 8 * 1024 * 1024;
/// Bytes of a tag's name at most, by the specification.
const TAG_MAX: usize = 255;
/// Tags of one room at most.
const TAGS_MAX: usize = 100;
/// Kinds that only the server writes.
const SERVER_KINDS: &[&str] = &["m.fully_read", "m.push_rules"];
/// The kind that holds the tags of a room.
const TAG_KIND: &str = "m.tag";

impl Accounts {
    /// What the caller keeps under `kind`, with a room or with none.
    pub async fn account_data(
        &self,
        device: &Device,
        room_id: Option<&RoomId>,
        kind: &str,
    ) -> Result<Box<RawValue>, AccountsError> {
        let (user, room_id, kind) = (device.user_number, room_id.map(ToString::to_string), kind.to_owned());
        let read = self.0.storage.read(move |session| {
            let Some(room) = room_number(session, user, room_id)? else { return Ok(None) };
            account_data::get(session, user, room, &kind)
        });
        let found: Result<Option<String>, StorageError> = read.await;
        let found = found?.and_then(|content| RawValue::from_string(content).ok());
        found.ok_or_else(|| AccountsError::NotFound("You keep nothing under this type.".to_owned()))
    }

    /// All that the caller keeps with a room, by kind. Of a room that is not here, nothing.
    pub async fn room_account_data(
        &self,
        device: &Device,
        room_id: &RoomId,
    ) -> Result<Vec<(String, Box<RawValue>)>, AccountsError> {
        let (user, room_id) = (device.user_number, Some(room_id.to_string()));
        let read = self.0.storage.read(move |session| {
            let Some(room) = room_number(session, user, room_id)? else { return Ok(Vec::new()) };
            account_data::in_rooms(session, user, &[room])
        });
        let kept: Result<Vec<AccountData>, StorageError> = read.await;
        let readable = |data: AccountData| Some((data.kind, RawValue::from_string(data.content).ok()?));
        Ok(kept?.into_iter().filter_map(readable).collect())
    }

    /// Keeps `content` under `kind`, with a room or with none, in place of what was there. `content` is a
    /// JSON object.
    pub async fn set_account_data(
        &self,
        device: &Device,
        room_id: Option<&RoomId>,
        kind: &str,
        content: &RawValue,
    ) -> Result<(), AccountsError> {
        check_kind(kind)?;
        let content = content.get();
        if content.len() > CONTENT_MAX {
            return Err(AccountsError::TooLarge(format!("Account data has at most {CONTENT_MAX} bytes.")));
        }
        if serde_json::from_str::<Map<String, Value>>(content).is_err() {
            return Err(AccountsError::BadJson("Account data is a JSON object.".to_owned()));
        }
        let (user, room_id) = (device.user_number, room_id.map(ToString::to_string));
        let (kind, content) = (kind.to_owned(), content.to_owned());
        let write = move |transaction: &mut Transaction<'_>| {
            let room = room_number(transaction, user, room_id)?.ok_or_else(no_such_room)?;
            write_one(transaction, user, room, &kind, &content)
        };
        self.0.storage.write(write).await
    }

    /// The tags that the caller gave a room.
    pub async fn tags(&self, device: &Device, room_id: &RoomId) -> Result<Tags, AccountsError> {
        match self.account_data(device, Some(room_id), TAG_KIND).await {
            Ok(content) => Ok(parse_tags(content.get())),
            Err(AccountsError::NotFound(_)) => Ok(Tags::new()),
            Err(error) => Err(error),
        }
    }

    /// Gives a room a tag.
    pub async fn set_tag(
        &self,
        device: &Device,
        room_id: &RoomId,
        tag: String,
        info: TagInfo,
    ) -> Result<(), AccountsError> {
        if tag.is_empty() || tag.len() > TAG_MAX {
            return Err(AccountsError::InvalidParam(format!("A tag's name has 1 to {TAG_MAX} bytes.")));
        }
        if info.order.is_some_and(|order| !(0.0..=1.0).contains(&order)) {
            return Err(AccountsError::InvalidParam("A tag's order is a number from 0 to 1.".to_owned()));
        }
        self.change_tags(device.user_number, room_id, move |tags| {
            tags.insert(tag.into(), info);
            if tags.len() > TAGS_MAX {
                return Err(AccountsError::InvalidParam(format!("A room has at most {TAGS_MAX} tags.")));
            }
            Ok(true)
        })
        .await
    }

    /// Takes a tag of a room away, if it is there.
    pub async fn delete_tag(
        &self,
        device: &Device,
        room_id: &RoomId,
        tag: String,
    ) -> Result<(), AccountsError> {
        self.change_tags(device.user_number, room_id, move |tags| Ok(tags.remove(&tag.into()).is_some()))
            .await
    }

    /// Gives a room a tag in the server's name.
    pub async fn tag_room(&self, user_number: i64, room_id: &RoomId, tag: &str) -> Result<(), AccountsError> {
        let tag = tag.to_owned();
        self.change_tags(user_number, room_id, move |tags| {
            Ok(tags.insert(tag.into(), TagInfo::new()).is_none())
        })
        .await
    }

    /// Changes the tags of a room where `change` says that it did.
    async fn change_tags(
        &self,
        user: i64,
        room_id: &RoomId,
        change: impl FnOnce(&mut Tags) -> Result<bool, AccountsError> + Send + 'static,
    ) -> Result<(), AccountsError> {
        let room_id = Some(room_id.to_string());
        let write = move |transaction: &mut Transaction<'_>| {
            let room = room_number(transaction, user, room_id)?.ok_or_else(no_such_room)?;
            let content = account_data::get(transaction, user, room, TAG_KIND)?;
            let mut tags = content.as_deref().map(parse_tags).unwrap_or_default();
            if change(&mut tags)? {
                let content = json!({ "tags": tags }).to_string();
                write_one(transaction, user, room, TAG_KIND, &content)?;
            }
            Ok(())
        };
        self.0.storage.write(write).await
    }
}

/// The number of a room that the user has to do with: they are, were or are asked to be in it. Of
/// others nothing is told. Without a room, [`NO_ROOM`].
fn room_number(
    session: &mut Session,
    user_number: i64,
    room_id: Option<String>,
) -> Result<Option<i64>, StorageError> {
    let Some(room_id) = room_id else { return Ok(Some(NO_ROOM)) };
    let Some(room) = rooms::by_id(session, &[room_id])?.pop() else { return Ok(None) };
    let membership = memberships::of_user_in(session, user_number, room.room_number)?;
    Ok(membership.map(|_| room.room_number))
}

fn write_one(
    transaction: &mut Transaction<'_>,
    user: i64,
    room: i64,
    kind: &str,
    content: &str,
) -> Result<(), AccountsError> {
    let totals = account_data::set_counted(transaction, user, room, kind, content)?;
    // Whoever has more than there may be can still make it less.
    if totals.grew && (totals.pieces > PIECES_MAX || totals.bytes > BYTES_MAX) {
        return Err(AccountsError::TooLarge(format!(
            "An account keeps at most {PIECES_MAX} pieces of account data, and {BYTES_MAX} bytes in all."
        )));
    }
    Ok(())
}

fn check_kind(kind: &str) -> Result<(), AccountsError> {
    if SERVER_KINDS.contains(&kind) {
        return Err(AccountsError::ServerManaged(format!("{kind} is written by the server only.")));
    }
    if kind.is_empty() || kind.len() > KIND_MAX {
        return Err(AccountsError::InvalidParam(format!("A type has 1 to {KIND_MAX} bytes.")));
    }
    Ok(())
}

/// The tags in the content of `m.tag`; what is no tag there is passed over.
fn parse_tags(content: &str) -> Tags {
    let content: Value = serde_json::from_str(content).unwrap_or_default();
    let tags = content.get("tags").and_then(Value::as_object).into_iter().flatten();
    tags.filter_map(|(name, info)| {
        Some((name.as_str().into(), serde_json::from_value::<TagInfo>(info.clone()).ok()?))
    })
    .collect()
}

fn no_such_room() -> AccountsError {
    AccountsError::NotFound("You have nothing to do with such a room.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_tag_is_passed_over() {
        let tags = parse_tags(r#"{"tags":{"m.favourite":{"order":0.5},"u.odd":5,"u.plain":{}}}"#);
        let names: Vec<String> = tags.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["m.favourite", "u.plain"]);
        for odd in ["{}", "[]", "{\"tags\":[]}", "no json"] {
            assert!(parse_tags(odd).is_empty());
        }
    }

    #[test]
    fn types_of_the_server_and_endless_ones_are_refused() {
        assert!(matches!(check_kind("m.push_rules"), Err(AccountsError::ServerManaged(_))));
        assert!(matches!(check_kind(&"k".repeat(256)), Err(AccountsError::InvalidParam(_))));
        assert!(check_kind("m.direct").is_ok());
    }
}
