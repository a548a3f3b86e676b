//! How an event relates to another, as its content says (client-server API, "Forming relationships between
//! events"). A relation that does not keep to the schema is none.

use herold_room_rules::Pdu;
use herold_room_rules::limits::may_be_name;
use herold_storage::append::Relation;
use herold_storage::relations::{ANNOTATION, REPLACE};
use ruma::events::TimelineEventType;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The relation of `event`. `once`: whether its sender may make the same annotation only once.
pub(crate) fn relation_of(event: &Pdu, once: bool) -> Option<Relation> {
    let is_state = event.state_key().is_some();
    let encrypted = *event.kind() == TimelineEventType::RoomEncrypted;
    let mut relation = read(event.content(), encrypted)?;
    relation.replaces &= !is_state;
    relation.once = once && !is_state;
    Some(relation)
}

/// The relation that an event with this content is to have.
pub(crate) fn requested(content: &RawValue) -> Option<Relation> {
    read(content, false)
}

fn read(content: &RawValue, encrypted: bool) -> Option<Relation> {
    // Most contents have none. A client may spell a letter by its number, which stored JSON never does.
    if !content.get().contains("m.relates_to") && !content.get().contains("\\u") {
        return None;
    }
    #[derive(Deserialize)]
    struct Content<'a> {
        #[serde(rename = "m.relates_to", default)]
        relates_to: Value,
        #[serde(borrow, rename = "m.new_content")]
        new_content: Option<&'a RawValue>,
    }
    let content: Content<'_> = serde_json::from_str(content.get()).ok()?;
    let text = |field: &str| content.relates_to[field].as_str();
    let name = |field: &str| text(field).filter(|name| may_be_name(name)).map(str::to_owned);
    let (parent_id, rel_type) = (name("event_id")?, name("rel_type")?);
    let has_new_content = content.new_content.is_some_and(|content| content.get().starts_with('{'));
    Some(Relation {
        annotation_key: text("key")
            .filter(|key| rel_type == ANNOTATION && !key.contains('\0'))
            .map(str::to_owned),
        replaces: rel_type == REPLACE && (encrypted || has_new_content),
        once: false,
        parent_id,
        rel_type,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(content: &Value) -> Option<Relation> {
        read(&RawValue::from_string(content.to_string()).unwrap(), false)
    }

    #[test]
    fn what_keeps_to_the_schema_is_a_relation() {
        let none = [
            json!({}),
            json!({ "m.relates_to": "$a" }),
            json!({ "m.relates_to": { "event_id": "$a" } }),
            json!({ "m.relates_to": { "rel_type": "m.thread" } }),
            json!({ "m.relates_to": { "rel_type": "m.thread", "event_id": 7 } }),
            json!({ "m.relates_to": { "rel_type": "", "event_id": "$a" } }),
            json!({ "m.relates_to": { "rel_type": "m.thread", "event_id": "$a\0" } }),
            json!({ "m.relates_to": { "rel_type": "x".repeat(256), "event_id": "$a" } }),
            json!({ "body": "m.relates_to" }),
        ];
        for content in none {
            assert_eq!(read_json(&content), None, "{content}");
        }
        let thread =
            read_json(&json!({ "m.relates_to": { "rel_type": "m.thread", "event_id": "$a", "key": "k" } }));
        let thread = thread.unwrap();
        assert_eq!((thread.parent_id.as_str(), thread.rel_type.as_str()), ("$a", "m.thread"));
        assert_eq!((thread.annotation_key, thread.replaces), (None, false));
    }

    #[test]
    fn an_edit_needs_a_new_content() {
        let relates = json!({ "rel_type": "m.replace", "event_id": "$a" });
        for (new, replaces) in [(json!({}), true), (json!("text"), false), (Value::Null, false)] {
            let content = json!({ "m.relates_to": relates, "m.new_content": new });
            assert_eq!(read_json(&content).unwrap().replaces, replaces, "{content}");
        }
        let content = RawValue::from_string(json!({ "m.relates_to": relates }).to_string()).unwrap();
        assert!(!read(&content, false).unwrap().replaces);
        assert!(read(&content, true).unwrap().replaces, "nobody can look into an encrypted one");
    }
}
