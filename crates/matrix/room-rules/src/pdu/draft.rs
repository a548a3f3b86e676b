//! An event as a tree: what hashing, signing and redacting work on (server-server API, "Signing events").

use std::borrow::Cow;

use ruma::OwnedEventId;
use ruma::room_version_rules::{EventIdFormatVersion, RoomVersionRules};
use ruma::serde::Base64;
use ruma::serde::base64::{Standard, UrlSafe};
use sha2::{Digest, Sha256};

use super::Pdu;
use crate::canonical::{self, NotCanonical, Numbers, Object, Value, write_entries, write_value};
use crate::redaction::Pruned;

/// An event's tree. Its content is kept apart, and written only once.
pub(crate) struct Draft<'a> {
    /// Everything but `unsigned`; `content` is [`Value::Written`].
    pub(crate) top: Object<'a>,
    pub(crate) content: Object<'a>,
    pub(crate) kind: Cow<'a, str>,
}

impl<'a> Draft<'a> {
    /// A draft of `top`, whose content is given apart.
    pub(crate) fn new(mut top: Object<'a>, content: Object<'a>, kind: Cow<'a, str>) -> Self {
        let mut text = String::with_capacity(512);
        write_entries(content.iter(), &mut text);
        top.insert("content", Value::Written(Cow::Owned(text)));
        Self { top, content, kind }
    }

    /// Reads an event that was checked before.
    pub(crate) fn parse(rules: &RoomVersionRules, json: &'a str) -> Result<Self, NotCanonical> {
        let mut top = canonical::parse_object(json, Numbers::of(&rules.authorization))?;
        let content = match top.take("content") {
            Some(Value::Object(content)) => content,
            _ => Object::default(),
        };
        let kind = top.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self::new(top, content, Cow::Owned(kind)))
    }

    /// The content's canonical text.
    pub(crate) fn content_text(&self) -> &str {
        match self.top.get("content") {
            Some(Value::Written(text)) => text,
            _ => "{}",
        }
    }

    /// SHA-256 over all but hashes and signatures.
    pub(crate) fn content_hash(&self) -> [u8; 32] {
        let mut text = String::with_capacity(1024);
        let hashed = |key: &str| !matches!(key, "hashes" | "signatures" | "unsigned");
        write_entries(self.top.iter().filter(|(key, _)| hashed(key)), &mut text);
        Sha256::digest(text.as_bytes()).into()
    }

    /// The redacted event without signatures: the text that is signed, and whose hash is the reference hash.
    pub(crate) fn signable(&self, rules: &RoomVersionRules) -> String {
        let pruned = Pruned::new(&rules.redaction, self);
        let mut text = String::with_capacity(1024);
        write_entries(pruned.entries().filter(|(key, _)| *key != "signatures"), &mut text);
        text
    }

    /// The canonical text of the whole event.
    pub(crate) fn json(&self) -> String {
        let mut text = String::with_capacity(1024);
        write_entries(self.top.iter(), &mut text);
        text
    }

    /// The canonical text of the redacted event.
    pub(crate) fn redacted_json(&self, rules: &RoomVersionRules) -> String {
        let mut text = String::with_capacity(1024);
        write_entries(Pruned::new(&rules.redaction, self).entries(), &mut text);
        text
    }

    /// Adds a signature; an older one of the same key is replaced.
    pub(crate) fn add_signature(&mut self, server: &str, key_id: &str, signature: &str) {
        let mut text = String::with_capacity(256);
        let mut signatures = match self.top.take("signatures") {
            Some(Value::Object(signatures)) => signatures,
            _ => Object::default(),
        };
        let mut of_server = match signatures.take(server) {
            Some(Value::Object(of_server)) => of_server,
            _ => Object::default(),
        };
        of_server.insert(key_id.to_owned(), Value::String(Cow::Owned(signature.to_owned())));
        signatures.insert(server.to_owned(), Value::Object(of_server));
        write_value(&Value::Object(signatures), &mut text);
        self.top.insert("signatures", Value::Written(Cow::Owned(text)));
    }
}

/// The reference hash in the alphabet of the room version.
pub(crate) fn encode_reference_hash(rules: &RoomVersionRules, signable: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(signable.as_bytes()).into();
    match rules.event_id_format {
        EventIdFormatVersion::V1 | EventIdFormatVersion::V2 => Base64::<Standard, _>::new(hash).encode(),
        _ => Base64::<UrlSafe, _>::new(hash).encode(),
    }
}

/// The id that the reference hash gives an event, where ids are hashes.
pub(crate) fn hashed_event_id(rules: &RoomVersionRules, signable: &str) -> Option<OwnedEventId> {
    OwnedEventId::try_from(format!("${}", encode_reference_hash(rules, signable))).ok()
}

/// The hash by which an event is referred to: from room version 3 on the event id without its sigil, before that
/// the hash beside the id in `prev_events` and `auth_events` ([`crate::LegacyIds`]).
pub fn reference_hash(rules: &RoomVersionRules, event: &Pdu) -> String {
    if rules.event_format.require_event_id {
        let signable =
            Draft::parse(rules, event.json()).map(|draft| draft.signable(rules)).unwrap_or_default();
        encode_reference_hash(rules, &signable)
    } else {
        event.event_id().as_str().trim_start_matches('$').to_owned()
    }
}
