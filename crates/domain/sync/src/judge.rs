//! What an event adds to unread counts under the default push rules: decided once for everybody. Pure;
//! must say what ruma's evaluation of `Ruleset::server_default` says, which the tests compare.

use herold_room_rules::limits::may_be_name;
use serde::Deserialize;
use serde_json::Value;

/// Relations followed from an event to its thread at most (specification, "Threaded read receipts").
pub(crate) const HOPS_MAX: usize = 3;
/// People mentioned by one event that count.
const MENTIONS_MAX: usize = 1_000;

/// What one event means to those who read its room.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Verdict {
    /// Whether everybody but the sender is notified.
    pub(crate) notify: bool,
    /// Whether it is highlighted for everybody but the sender.
    pub(crate) highlight: bool,
    /// Who is notified and sees it highlighted because they are mentioned.
    pub(crate) mentioned: Vec<String>,
    /// Who is notified because the event invites them.
    pub(crate) invited: Option<String>,
}

/// An event as far as it is judged.
#[derive(Deserialize)]
pub(crate) struct Judgeable {
    #[serde(default)]
    pub(crate) sender: String,
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) state_key: Option<String>,
    #[serde(default)]
    pub(crate) content: Content,
}

#[derive(Default)]
pub(crate) struct Content {
    msgtype: Option<String>,
    membership: Option<String>,
    mentioned: Vec<String>,
    mentions_room: bool,
    relation: Option<Relation>,
}

/// How an event relates to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) kind: String,
    pub(crate) event_id: String,
}

impl<'de> Deserialize<'de> for Content {
    /// Whatever has another type than expected counts as absent: content is untrusted.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Raw {
            msgtype: Value,
            membership: Value,
            #[serde(rename = "m.mentions")]
            mentions: Value,
            #[serde(rename = "m.relates_to")]
            relates_to: Value,
        }
        let raw = Raw::deserialize(deserializer)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let id = |value: &Value| value.as_str().filter(|id| may_be_name(id)).map(str::to_owned);
        let users = raw.mentions["user_ids"].as_array();
        let mentioned = users.into_iter().flatten().filter_map(id).take(MENTIONS_MAX).collect();
        let relation = text(&raw.relates_to["rel_type"])
            .map(|kind| Relation { kind, event_id: id(&raw.relates_to["event_id"]).unwrap_or_default() });
        Ok(Self {
            msgtype: text(&raw.msgtype),
            membership: text(&raw.membership),
            mentioned,
            mentions_room: raw.mentions["room"] == Value::Bool(true),
            relation,
        })
    }
}

impl Judgeable {
    /// Reads an event as it is stored.
    pub(crate) fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// How the event relates to another.
    pub(crate) fn relation(&self) -> Option<&Relation> {
        self.content.relation.as_ref()
    }

    /// Whether the sender asks to notify everybody in the room, which takes a power level.
    pub(crate) fn mentions_room(&self) -> bool {
        self.content.mentions_room
    }

    /// Who comes into the room with this event.
    pub(crate) fn joins(&self) -> Option<&str> {
        let joins = self.is("m.room.member") && self.content.membership.as_deref() == Some("join");
        self.state_key.as_deref().filter(|_| joins)
    }

    fn is(&self, kind: &str) -> bool {
        same(&self.kind, kind)
    }

    /// What the default push rules say, in their order. `may_notify_room`: whether the sender's power level
    /// suffices for a mention of the room.
    pub(crate) fn judge(&self, may_notify_room: bool) -> Verdict {
        let content = &self.content;
        if content.msgtype.as_deref().is_some_and(|msgtype| same(msgtype, "m.notice")) {
            return Verdict::default();
        }
        if self.is("m.room.member") {
            let invites = content.membership.as_deref().is_some_and(|membership| same(membership, "invite"));
            return Verdict { invited: self.state_key.clone().filter(|_| invites), ..Verdict::default() };
        }
        let everybody = self.everybody(may_notify_room);
        let mut mentioned: Vec<String> = content.mentioned.clone();
        mentioned.retain(|user| *user != self.sender);
        mentioned.sort_unstable();
        mentioned.dedup();
        Verdict { mentioned, ..everybody }
    }

    /// What holds for those who are not mentioned by name.
    fn everybody(&self, may_notify_room: bool) -> Verdict {
        let content = &self.content;
        let empty_key = self.state_key.as_deref() == Some("");
        if (content.mentions_room && may_notify_room) || (self.is("m.room.tombstone") && empty_key) {
            return Verdict { notify: true, highlight: true, ..Verdict::default() };
        }
        let edits = content.relation.as_ref().is_some_and(|relation| relation.kind == "m.replace");
        let silent = self.is("m.reaction") || (self.is("m.room.server_acl") && empty_key) || edits;
        let loud = ["m.call.invite", "m.room.message", "m.room.encrypted"].iter().any(|kind| self.is(kind));
        Verdict { notify: loud && !silent, ..Verdict::default() }
    }
}

/// Push rules match without regard to case.
fn same(value: &str, pattern: &str) -> bool {
    value.len() == pattern.len() && value.eq_ignore_ascii_case(pattern)
}

#[cfg(test)]
mod tests;
