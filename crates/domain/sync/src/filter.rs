//! Filters: what a client wants to be told of (specification, "Filtering"), ready to be applied, and stored.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use herold_accounts::Device;
use herold_rooms::read::EventFilter;
use herold_storage::filters;
use moka::sync::Cache;
use ruma::api::client::filter::{EventFormat, Filter, FilterDefinition, LazyLoadOptions, RoomEventFilter};
use ruma::{OwnedRoomId, RoomId};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Sync, SyncError};

/// Filters an account can have stored; one more pushes out its oldest.
const STORED_MAX: i64 = 256;
/// Bytes of a filter at most.
const BYTES_MAX: usize = 64 * 1024;
/// Bytes of the texts of filters whose compiled form is kept in memory.
const COMPILED_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// What a compiled filter counts apart from its text.
const COMPILED_OVERHEAD: usize = 512;
/// Events of a timeline where the filter does not say.
const LIMIT_DEFAULT: usize = 10;
/// Events of a timeline at most, whatever the filter says.
const LIMIT_MAX: usize = 1_000;

/// Filters by their text.
pub(crate) struct Filters(Cache<String, Arc<SyncFilter>>);

impl Default for Filters {
    fn default() -> Self {
        let weigh = |text: &String, _: &Arc<SyncFilter>| {
            u32::try_from(text.len() + COMPILED_OVERHEAD).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(COMPILED_BYTES_MAX).weigher(weigh).build())
    }
}

/// A filter, ready to be applied.
#[derive(Debug)]
pub(crate) struct SyncFilter {
    /// Tells filters apart, for what is remembered per filter.
    pub(crate) id: u64,
    pub(crate) rooms: RoomChoice,
    pub(crate) include_leave: bool,
    pub(crate) timeline: Section,
    pub(crate) timeline_limit: usize,
    pub(crate) state: Section,
    pub(crate) ephemeral: Section,
    pub(crate) room_account_data: Section,
    pub(crate) presence: EventFilter,
    pub(crate) account_data: EventFilter,
    pub(crate) lazy_load_members: bool,
    pub(crate) include_redundant_members: bool,
    pub(crate) unread_thread_notifications: bool,
    /// Paths of the fields wanted; all when absent.
    pub(crate) event_fields: Option<Vec<Vec<String>>>,
    /// Whether events are wanted as servers exchange them.
    pub(crate) federation_format: bool,
}

/// One of the parts of a room.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) rooms: RoomChoice,
    pub(crate) events: EventFilter,
}

/// Which rooms.
#[derive(Debug, Default)]
pub(crate) struct RoomChoice {
    only: Option<HashSet<OwnedRoomId>>,
    never: HashSet<OwnedRoomId>,
}

impl RoomChoice {
    fn new(only: Option<&Vec<OwnedRoomId>>, never: &[OwnedRoomId]) -> Self {
        Self {
            only: only.map(|rooms| rooms.iter().cloned().collect()),
            never: never.iter().cloned().collect(),
        }
    }

    /// Whether `room` is wanted.
    pub(crate) fn wants(&self, room: &RoomId) -> bool {
        !self.never.contains(room) && self.only.as_ref().is_none_or(|only| only.contains(room))
    }
}

impl Section {
    fn new(filter: &RoomEventFilter) -> Self {
        Self {
            rooms: RoomChoice::new(filter.rooms.as_ref(), &filter.not_rooms),
            events: EventFilter::from_request(filter),
        }
    }
}

impl SyncFilter {
    fn compile(definition: &FilterDefinition, id: u64) -> Self {
        let room = &definition.room;
        let limit = room.timeline.limit.map(|limit| usize::try_from(u64::from(limit)).unwrap_or(LIMIT_MAX));
        let lazy = &room.state.lazy_load_options;
        Self {
            id,
            rooms: RoomChoice::new(room.rooms.as_ref(), &room.not_rooms),
            include_leave: room.include_leave,
            timeline: Section::new(&room.timeline),
            timeline_limit: limit.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX),
            state: Section::new(&room.state),
            ephemeral: Section::new(&room.ephemeral),
            room_account_data: Section::new(&room.account_data),
            presence: plain(&definition.presence),
            account_data: plain(&definition.account_data),
            lazy_load_members: !matches!(lazy, LazyLoadOptions::Disabled),
            include_redundant_members: matches!(
                lazy,
                LazyLoadOptions::Enabled { include_redundant_members: true }
            ),
            unread_thread_notifications: room.timeline.unread_thread_notifications,
            event_fields: definition
                .event_fields
                .as_ref()
                .map(|fields| fields.iter().map(|field| path(field)).collect()),
            federation_format: definition.event_format == EventFormat::Federation,
        }
    }
}

/// A filter of what belongs to no room.
fn plain(filter: &Filter) -> EventFilter {
    let mut same = RoomEventFilter::default();
    same.types.clone_from(&filter.types);
    same.not_types.clone_from(&filter.not_types);
    same.senders.clone_from(&filter.senders);
    same.not_senders.clone_from(&filter.not_senders);
    EventFilter::from_request(&same)
}

/// The fields along a path of field names separated by dots; `\.` and `\\` stand for themselves.
fn path(field: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = field.chars();
    while let Some(letter) = letters.next() {
        let next = match letter {
            '.' => {
                parts.push(String::new());
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            _ => letter,
        };
        if let Some(last) = parts.last_mut() {
            last.push(next);
        }
    }
    parts
}

/// What is left of `event` when only the fields along `paths` are kept.
pub(crate) fn only_fields(event: &Value, paths: &[Vec<String>]) -> Value {
    let mut tree = Tree::default();
    paths.iter().for_each(|path| tree.add(path));
    tree.keep(event)
}

/// Field names below field names; one without any below it is kept whole.
#[derive(Default)]
struct Tree(BTreeMap<String, Tree>);

impl Tree {
    fn add(&mut self, path: &[String]) {
        if let Some((first, rest)) = path.split_first() {
            let known = self.0.contains_key(first);
            let below = self.0.entry(first.clone()).or_default();
            // A shorter path keeps all that a longer one would.
            if rest.is_empty() {
                below.0.clear();
            } else if !known || !below.0.is_empty() {
                below.add(rest);
            }
        }
    }

    fn keep(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) if !self.0.is_empty() => {
                let kept = self
                    .0
                    .iter()
                    .filter_map(|(name, below)| Some((name.clone(), below.keep(fields.get(name)?))));
                Value::Object(kept.collect())
            }
            _ => value.clone(),
        }
    }
}

fn parse(text: &str) -> Result<FilterDefinition, SyncError> {
    if text.len() > BYTES_MAX {
        return Err(SyncError::InvalidFilter(format!("it has more than {BYTES_MAX} bytes")));
    }
    serde_json::from_str(text).map_err(|error| SyncError::InvalidFilter(error.to_string()))
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

impl Sync {
    /// Stores a filter for the caller's account and gives its id. The same filter has the same id.
    pub async fn store_filter(
        &self,
        device: &Device,
        definition: &FilterDefinition,
    ) -> Result<String, SyncError> {
        let text =
            serde_json::to_string(definition).map_err(|error| SyncError::InvalidFilter(error.to_string()))?;
        parse(&text)?;
        let (user, hash) = (device.user_number, hash(&text));
        let number = self
            .0
            .storage
            .write(move |transaction| filters::store(transaction, user, &hash, &text, STORED_MAX))
            .await
            .map_err(SyncError::from)?;
        Ok(number.to_string())
    }

    /// The definition of one of the caller's filters.
    pub async fn stored_filter(
        &self,
        device: &Device,
        filter_id: &str,
    ) -> Result<FilterDefinition, SyncError> {
        parse(&self.filter_text(device, filter_id).await?)
    }

    async fn filter_text(&self, device: &Device, filter_id: &str) -> Result<String, SyncError> {
        let number: i64 = filter_id.parse().map_err(|_| SyncError::UnknownFilter)?;
        let user = device.user_number;
        let read = self.0.storage.read(move |session| filters::definition(session, user, number));
        read.await.map_err(SyncError::from)?.ok_or(SyncError::UnknownFilter)
    }

    /// The filter that a `filter` parameter names or spells out; without one, the filter that wants everything.
    pub(crate) async fn filter(
        &self,
        device: &Device,
        parameter: Option<&str>,
    ) -> Result<Arc<SyncFilter>, SyncError> {
        let parameter = parameter.filter(|parameter| !parameter.is_empty()).unwrap_or("{}");
        let inline = parameter.starts_with('{');
        let key = if inline { parameter.to_owned() } else { format!("{} {parameter}", device.user_number) };
        if let Some(known) = self.0.filters.0.get(&key) {
            return Ok(known);
        }
        let text = if inline { parameter.to_owned() } else { self.filter_text(device, parameter).await? };
        let digest = hash(&text);
        let id = digest.iter().take(8).fold(0u64, |id, byte| (id << 8) | u64::from(*byte));
        let compiled = Arc::new(SyncFilter::compile(&parse(&text)?, id));
        self.0.filters.0.insert(key, Arc::clone(&compiled));
        Ok(compiled)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_wanted_fields_are_left() {
        let event = json!({ "type": "m", "content": { "body": "x", "a.b": 1, "deep": { "c": 2, "d": 3 } }, "sender": "@a:b" });
        let paths: Vec<Vec<String>> = ["type", r"content.a\.b", "content.deep.c", "nothing.there"]
            .iter()
            .map(|field| path(field))
            .collect();
        assert_eq!(
            only_fields(&event, &paths),
            json!({ "type": "m", "content": { "a.b": 1, "deep": { "c": 2 } } })
        );
        let paths: Vec<Vec<String>> = ["content.deep.c", "content"].iter().map(|field| path(field)).collect();
        assert_eq!(only_fields(&event, &paths), json!({ "content": event["content"] }));
        let paths: Vec<Vec<String>> = ["content", "content.deep.c"].iter().map(|field| path(field)).collect();
        assert_eq!(only_fields(&event, &paths), json!({ "content": event["content"] }));
    }

    #[test]
    fn limits_and_rooms_are_read() {
        let text =
            r#"{"room":{"timeline":{"limit":5000},"not_rooms":["!a:b"],"state":{"lazy_load_members":true}}}"#;
        let filter = SyncFilter::compile(&parse(text).unwrap(), 1);
        assert_eq!(filter.timeline_limit, LIMIT_MAX);
        assert!(filter.lazy_load_members && !filter.include_redundant_members);
        assert!(!filter.rooms.wants(ruma::room_id!("!a:b")) && filter.rooms.wants(ruma::room_id!("!c:b")));
        assert!(parse("[]").is_err() && parse(r#"{"room":{"timeline":{"limit":-1}}}"#).is_err());
    }
}
