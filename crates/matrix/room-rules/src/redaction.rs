//! What is left of an event when it is redacted, per room version ("Redactions" of the room versions).
//!
//! Redacting keeps the event id: the reference hash covers only what a redaction keeps.

use ruma::UserId;
use ruma::room_version_rules::{RedactionRules, RoomVersionRules};
use thiserror::Error;

use crate::canonical::{NotCanonical, Object, Value};
use crate::pdu::{Draft, Pdu};
use crate::power_levels::PowerLevels;

/// A text that was to be redacted is not an event.
#[derive(Debug, Error)]
pub enum RedactError {
    /// It is not JSON that the room version allows.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// It has no `type`.
    #[error("an event without a type cannot be redacted")]
    NoType,
}

/// The canonical JSON of an event after its redaction; redacting again changes nothing.
pub fn redact(rules: &RoomVersionRules, json: &str) -> Result<String, RedactError> {
    let draft = Draft::parse(rules, json)?;
    if draft.top.get("type").and_then(Value::as_str).is_none() {
        return Err(RedactError::NoType);
    }
    Ok(draft.redacted_json(rules))
}

/// Whether a redaction that the authorization rules allowed takes effect on `target`
/// (room version 3, "Handling redactions"; before, the authorization rules decide, with the same outcome).
///
/// `levels` are those of the state before the redaction.
pub fn may_redact(levels: &PowerLevels, redacted_by: &UserId, target: &Pdu) -> bool {
    redacted_by.server_name() == target.sender().server_name() || levels.user(redacted_by) >= levels.redact()
}

/// An event's entries as a redaction leaves them.
pub(crate) struct Pruned<'d, 'a> {
    draft: &'d Draft<'a>,
    rules: &'d RedactionRules,
    content: Value<'a>,
}

impl<'d, 'a> Pruned<'d, 'a> {
    pub(crate) fn new(rules: &'d RedactionRules, draft: &'d Draft<'a>) -> Self {
        Self { draft, rules, content: Value::Object(pruned_content(rules, &draft.kind, &draft.content)) }
    }

    /// Sorted by key.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        let kept = self.draft.top.iter().filter(|(key, _)| keeps_field(self.rules, key));
        kept.map(|(key, value)| if key == "content" { (key, &self.content) } else { (key, value) })
    }
}

fn keeps_field(rules: &RedactionRules, key: &str) -> bool {
    match key {
        "auth_events" | "content" | "depth" | "event_id" | "hashes" | "origin_server_ts" | "prev_events"
        | "room_id" | "sender" | "signatures" | "state_key" | "type" => true,
        "membership" | "origin" | "prev_state" => rules.keep_origin_membership_prev_state,
        _ => false,
    }
}

fn pruned_content<'a>(rules: &RedactionRules, kind: &str, content: &Object<'a>) -> Object<'a> {
    if kind == "m.room.create" && rules.keep_room_create_content {
        return content.clone();
    }
    let mut pruned = Object::default();
    for key in kept_content_keys(kind) {
        if let Some(value) = content.get(key)
            && keeps_content_key(rules, key)
        {
            pruned.insert(*key, value.clone());
        }
    }
    if kind == "m.room.member"
        && rules.keep_room_member_third_party_invite_signed
        && let Some(invite) = content.get("third_party_invite").and_then(Value::as_object)
    {
        let mut signed_only = Object::default();
        if let Some(signed) = invite.get("signed") {
            signed_only.insert("signed", signed.clone());
        }
        pruned.insert("third_party_invite", Value::Object(signed_only));
    }
    pruned
}

/// The content keys of an event type that some room version keeps.
fn kept_content_keys(kind: &str) -> &'static [&'static str] {
    match kind {
        "m.room.member" => &["join_authorised_via_users_server", "membership"],
        "m.room.create" => &["creator"],
        "m.room.join_rules" => &["allow", "join_rule"],
        "m.room.power_levels" => &[
            "ban",
            "events",
            "events_default",
            "invite",
            "kick",
            "redact",
            "state_default",
            "users",
            "users_default",
        ],
        "m.room.history_visibility" => &["history_visibility"],
        "m.room.redaction" => &["redacts"],
        "m.room.aliases" => &["aliases"],
        _ => &[],
    }
}

/// Whether this room version keeps it.
fn keeps_content_key(rules: &RedactionRules, key: &str) -> bool {
    match key {
        "join_authorised_via_users_server" => rules.keep_room_member_join_authorised_via_users_server,
        "allow" => rules.keep_room_join_rules_allow,
        "invite" => rules.keep_room_power_levels_invite,
        "redacts" => rules.keep_room_redaction_redacts,
        "aliases" => rules.keep_room_aliases_aliases,
        _ => true,
    }
}
