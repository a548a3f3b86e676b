//! What an app on a device is told: the fields of a notification, flat, and never more than fits. Pure.

use serde_json::{Map, Value};

/// Fields that say what happened, and who it was.
const TOLD: &[&str] = &[
    "event_id",
    "room_id",
    "prio",
    "type",
    "sender",
    "sender_display_name",
    "room_name",
    "room_alias",
    "user_is_target",
    "content",
];
/// What is left out of a payload that is too long, the first first.
const LESS_AND_LESS: &[&str] = &["content", "room_alias", "room_name", "sender_display_name"];

/// What the app wants to be told each time (`data.default_payload`, as Sygnal reads it).
pub(crate) fn defaults(data: &Map<String, Value>) -> Map<String, Value> {
    data.get("default_payload").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// A notification of `user_id`, where that is known, as a push gateway is told it, for one app: laid over what the app
/// wants to be told each time.
pub(crate) fn flat(
    notification: &Value,
    user_id: Option<&str>,
    defaults: &Map<String, Value>,
) -> Map<String, Value> {
    let mut payload = defaults.clone();
    for field in TOLD {
        if let Some(value) = notification.get(*field).filter(|value| !value.is_null()) {
            payload.insert((*field).to_owned(), value.clone());
        }
    }
    let counts = &notification["counts"];
    payload.insert("unread".to_owned(), counts["unread"].as_u64().unwrap_or(0).into());
    if let Some(user_id) = user_id {
        payload.insert("user_id".to_owned(), user_id.into());
    }
    payload
}

/// The payload as JSON of at most `most` bytes: what does not fit is left out, down to what is told at `last`.
pub(crate) fn bounded(mut payload: Map<String, Value>, most: usize, last: &[&str]) -> Vec<u8> {
    let mut less = LESS_AND_LESS.iter();
    loop {
        let written = Value::Object(payload.clone()).to_string();
        if written.len() <= most {
            return written.into_bytes();
        }
        match less.next() {
            Some(field) => drop(payload.remove(*field)),
            // Ids alone are short; whoever sends longer ones gets the number.
            None => payload.retain(|field, _| last.contains(&field.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_payload_is_flat_and_says_whose_it_is() {
        let notification = json!({ "event_id": "$e", "room_id": "!r", "prio": "high", "type": null,
            "counts": { "unread": 3 }, "devices": [{ "pushkey": "secret" }] });
        let expected =
            json!({ "event_id": "$e", "room_id": "!r", "prio": "high", "unread": 3, "user_id": "@a:b" });
        assert_eq!(Value::Object(flat(&notification, Some("@a:b"), &Map::new())), expected);
    }

    #[test]
    fn what_the_app_wants_each_time_is_told_but_for_what_is_known_better() {
        let notification = json!({ "event_id": "$e", "counts": { "unread": 3 } });
        let defaults = json!({ "user_id": "@mine:b", "event_id": "$other", "unread": 9, "cs": "secret" });
        let told = |user_id| Value::Object(flat(&notification, user_id, defaults.as_object().unwrap()));
        let expected = json!({ "event_id": "$e", "unread": 3, "user_id": "@mine:b", "cs": "secret" });
        assert_eq!(told(None), expected);
        assert_eq!(told(Some("@a:b"))["user_id"], "@a:b");
    }

    #[test]
    fn what_does_not_fit_is_left_out_the_least_important_first() {
        let long = |length: usize| {
            let content = json!({ "body": "x".repeat(length) });
            json!({ "event_id": "$e", "content": content, "room_name": "y".repeat(length), "counts": {} })
        };
        let keys = |length: usize, most: usize| -> Vec<String> {
            let written = bounded(flat(&long(length), Some("@a:b"), &Map::new()), most, &["unread"]);
            assert!(written.len() <= most);
            serde_json::from_slice::<Map<String, Value>>(&written).unwrap().keys().cloned().collect()
        };
        assert_eq!(keys(10, 3_000), ["content", "event_id", "room_name", "unread", "user_id"]);
        assert_eq!(keys(2_000, 3_000), ["event_id", "room_name", "unread", "user_id"]);
        assert_eq!(keys(4_000, 3_000), ["event_id", "unread", "user_id"]);
        assert_eq!(keys(4_000, 15), ["unread"]);
    }
}
