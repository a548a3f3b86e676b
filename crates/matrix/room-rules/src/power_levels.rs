//! Who may do what: power levels read from the state, and those that a new room starts with
//! (client-server API, `m.room.power_levels`). Decides nothing: [`crate::authorize`] does.

use std::collections::BTreeMap;
use std::sync::Arc;

use ruma::events::TimelineEventType;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::room_version_rules::AuthorizationRules;
use ruma::{Int, OwnedUserId, UserId, int};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::pdu::Pdu;

/// The power levels of a room at one point.
#[derive(Clone, Debug, Default)]
pub struct PowerLevels {
    creators: Vec<OwnedUserId>,
    creators_are_infinite: bool,
    /// `None` where the room has no `m.room.power_levels`.
    levels: Option<Arc<Levels>>,
}

/// The levels that an `m.room.power_levels` sets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    named: BTreeMap<String, Int>,
    users: BTreeMap<String, Int>,
    events: BTreeMap<String, Int>,
    notifications: BTreeMap<String, Int>,
}

impl PowerLevels {
    /// Reads the levels from the room's create and power level events. What is malformed counts as not said.
    pub fn new(rules: &AuthorizationRules, create: &Pdu, power_levels: Option<&Pdu>) -> Self {
        Self {
            creators: creators(rules, create),
            creators_are_infinite: rules.explicitly_privilege_room_creators,
            levels: power_levels.map(|event| Arc::clone(event.levels())),
        }
    }

    /// The room's creators: one, from room version 12 on perhaps more.
    pub fn creators(&self) -> &[OwnedUserId] {
        &self.creators
    }

    /// A user's level; from room version 12 on that of creators is infinite.
    pub fn user(&self, user: &UserId) -> UserPowerLevel {
        let is_creator = self.creators.iter().any(|creator| creator == user);
        if is_creator && self.creators_are_infinite {
            return UserPowerLevel::Infinite;
        }
        let level = match &self.levels {
            Some(levels) => {
                let own = levels.users.get(user.as_str()).copied();
                own.unwrap_or_else(|| levels.named("users_default", int!(0)))
            }
            None if is_creator => int!(100),
            None => int!(0),
        };
        UserPowerLevel::Int(level)
    }

    /// The level needed to send an event of this type.
    pub fn to_send(&self, kind: &TimelineEventType, is_state: bool) -> Int {
        let own = self.levels.as_ref().and_then(|levels| levels.events.get(&kind.to_string()).copied());
        own.unwrap_or_else(|| {
            if is_state {
                self.named("state_default", int!(50))
            } else {
                self.named("events_default", int!(0))
            }
        })
    }

    /// The level needed to invite.
    pub fn invite(&self) -> Int {
        self.named("invite", int!(0))
    }

    /// The level needed to kick.
    pub fn kick(&self) -> Int {
        self.named("kick", int!(50))
    }

    /// The level needed to ban.
    pub fn ban(&self) -> Int {
        self.named("ban", int!(50))
    }

    /// The level needed to redact events of others.
    pub fn redact(&self) -> Int {
        self.named("redact", int!(50))
    }

    /// The level needed to notify everybody by `key`, as `room` is for `@room`.
    pub fn notification(&self, key: &str) -> Int {
        let own = self.levels.as_ref().and_then(|levels| levels.notifications.get(key).copied());
        own.unwrap_or(int!(50))
    }

    fn named(&self, name: &str, default: Int) -> Int {
        self.levels.as_ref().map_or(default, |levels| levels.named(name, default))
    }
}

impl Levels {
    /// Reads them from the event's content.
    pub(crate) fn read(content: &RawValue) -> Self {
        let content: Map<String, Value> = serde_json::from_str(content.get()).unwrap_or_default();
        let mut levels = Self::default();
        for (name, value) in content {
            match (name.as_str(), value) {
                ("users", Value::Object(map)) => levels.users = ints(map),
                ("events", Value::Object(map)) => levels.events = ints(map),
                ("notifications", Value::Object(map)) => levels.notifications = ints(map),
                (_, value) => levels.named.extend(level(&value).map(|level| (name, level))),
            }
        }
        levels
    }

    fn named(&self, name: &str, default: Int) -> Int {
        self.named.get(name).copied().unwrap_or(default)
    }
}

fn ints(map: Map<String, Value>) -> BTreeMap<String, Int> {
    map.into_iter().filter_map(|(key, value)| Some((key, level(&value)?))).collect()
}

/// Reads a level. Old rooms also allow strings and fractions; in newer ones neither gets into the state.
fn level(value: &Value) -> Option<Int> {
    match value {
        Value::Number(number) => {
            let fraction =
                || number.as_f64().filter(|float| float.abs() < 9.0e15).map(|float| float.trunc() as i64);
            number.as_i64().or_else(fraction).and_then(|level| Int::try_from(level).ok())
        }
        Value::String(text) => text.trim().parse::<i64>().ok().and_then(|level| Int::try_from(level).ok()),
        _ => None,
    }
}

/// The creators that a create event names, the sender (in old rooms `content.creator`) first.
fn creators(rules: &AuthorizationRules, create: &Pdu) -> Vec<OwnedUserId> {
    #[derive(Default, serde::Deserialize)]
    struct Content {
        creator: Option<OwnedUserId>,
        #[serde(default)]
        additional_creators: Vec<OwnedUserId>,
    }
    let content: Content = serde_json::from_str(create.content().get()).unwrap_or_default();
    let first = if rules.use_room_create_sender { None } else { content.creator };
    let mut creators = vec![first.unwrap_or_else(|| create.sender().to_owned())];
    if rules.additional_room_creators {
        creators.extend(content.additional_creators);
    }
    creators
}

/// What a new room is for (client-server API, `POST /createRoom`, `preset`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Invited people only.
    PrivateChat,
    /// Invited people only, all as powerful as the creator.
    TrustedPrivateChat,
    /// Everybody may join.
    PublicChat,
}

/// The content of a new room's `m.room.power_levels`. From room version 12 on creators are not listed, and of a
/// [`Preset::TrustedPrivateChat`] the invited people belong into `additional_creators` of the create event instead.
pub fn initial_power_levels(
    rules: &AuthorizationRules,
    creator: &UserId,
    invited: &[OwnedUserId],
    preset: Preset,
) -> Map<String, Value> {
    let creators_are_infinite = rules.explicitly_privilege_room_creators;
    let mut users = Map::new();
    if !creators_are_infinite {
        users.insert(creator.to_string(), json!(100));
        if preset == Preset::TrustedPrivateChat {
            users.extend(invited.iter().map(|user| (user.to_string(), json!(100))));
        }
    }
    let mut content = Map::new();
    content.insert("users".to_owned(), Value::Object(users));
    content.insert("users_default".to_owned(), json!(0));
    content.insert(
        "events".to_owned(),
        json!({
            "m.room.name": 50,
            "m.room.power_levels": 100,
            "m.room.history_visibility": 100,
            "m.room.canonical_alias": 50,
            "m.room.avatar": 50,
            "m.room.tombstone": if creators_are_infinite { 150 } else { 100 },
            "m.room.server_acl": 100,
            "m.room.encryption": 100,
        }),
    );
    for (name, level) in [
        ("events_default", 0),
        ("state_default", 50),
        ("ban", 50),
        ("kick", 50),
        ("redact", 50),
        // Among friends everybody may bring more of them.
        ("invite", if preset == Preset::PublicChat { 50 } else { 0 }),
    ] {
        content.insert(name.to_owned(), json!(level));
    }
    content.insert("notifications".to_owned(), json!({ "room": 50 }));
    content
}
