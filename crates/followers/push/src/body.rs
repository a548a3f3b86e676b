//! What a push gateway is told (push gateway API, POST /_matrix/push/v1/notify). Pure.

use herold_storage::pushers::StoredPusher;
use herold_sync::Alert;
use ruma::push::{Action, Tweak};
use serde_json::{Map, Value, json};

use crate::ways::Way;

/// Where the notifications of a pusher go, as its owner set it.
pub(crate) struct Target {
    pub(crate) way: Way,
    /// Whether the gateway is to learn no more than that there is an event.
    pub(crate) event_id_only: bool,
    device: Value,
}

impl Target {
    /// The pusher's, with its `data`.
    pub(crate) fn new(pusher: &StoredPusher, way: Way, mut data: Map<String, Value>) -> Self {
        data.remove("url");
        let event_id_only = data.get("format").is_some_and(|format| format == "event_id_only");
        let device = json!({
            "app_id": pusher.app_id,
            "pushkey": pusher.pushkey,
            "pushkey_ts": pusher.set_at / 1_000,
            "data": data,
        });
        Self { way, event_id_only, device }
    }

    /// An event, and how many messages are unread.
    pub(crate) fn event(&self, alert: &Alert, unread: i64) -> Value {
        let tweaks = tweaks(&alert.actions);
        let urgent = alert.kind == "m.room.encrypted" || !tweaks.is_empty();
        let mut counts = json!({});
        if unread > 0 {
            counts["unread"] = json!(unread);
        }
        let mut notification = json!({
            "event_id": alert.event_id,
            "room_id": alert.room_id,
            "prio": if urgent { "high" } else { "low" },
            "counts": counts,
        });
        let mut device = self.device.clone();
        if !self.event_id_only {
            device["tweaks"] = Value::Object(tweaks);
            notification["type"] = json!(alert.kind);
            notification["sender"] = json!(alert.sender);
            notification["content"] = alert.content.clone();
            if alert.kind == "m.room.member" {
                notification["user_is_target"] = json!(alert.user_is_target);
            }
            let names = [
                ("sender_display_name", &alert.sender_display_name),
                ("room_name", &alert.room_name),
                ("room_alias", &alert.room_alias),
            ];
            for (field, name) in names {
                if let Some(name) = name {
                    notification[field] = json!(name);
                }
            }
        }
        notification["devices"] = json!([device]);
        json!({ "notification": notification })
    }

    /// Nothing but how many messages are unread. Zero is said and not left out: it is all there is to say, and
    /// a badge goes away by it.
    pub(crate) fn counts(&self, unread: i64) -> Value {
        json!({ "notification": { "counts": { "unread": unread }, "devices": [self.device] } })
    }
}

/// What the actions say of how a notification is presented. A highlight without a value is one.
fn tweaks(actions: &[Action]) -> Map<String, Value> {
    let mut tweaks = Map::new();
    for action in actions {
        let Action::SetTweak(tweak) = action else { continue };
        if let Tweak::Highlight(_) = tweak
            && !action.is_highlight()
        {
            continue;
        }
        let Ok(written) = serde_json::to_value(tweak) else { continue };
        if let Some(name) = written["set_tweak"].as_str() {
            let value = written.get("value").cloned().unwrap_or(Value::Bool(true));
            tweaks.insert(name.to_owned(), value);
        }
    }
    tweaks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(data: Value) -> Target {
        let pusher = StoredPusher {
            pusher_number: 1,
            user_number: 2,
            device_number: 3,
            app_id: "org.example".to_owned(),
            pushkey: "key".to_owned(),
            app_display_name: String::new(),
            device_display_name: String::new(),
            profile_tag: None,
            lang: "en".to_owned(),
            data: String::new(),
            set_at: 5_999,
        };
        Target::new(&pusher, Way::Gateway("https://g/".to_owned()), data.as_object().unwrap().clone())
    }

    fn alert(actions: Value) -> Alert {
        Alert {
            position: 1,
            event_id: "$e".to_owned(),
            room_id: "!r".to_owned(),
            kind: "m.room.message".to_owned(),
            sender: "@a:b".to_owned(),
            sent_at: 0,
            content: json!({ "body": "hello" }),
            user_is_target: false,
            sender_display_name: Some("A".to_owned()),
            room_name: None,
            room_alias: None,
            actions: serde_json::from_value(actions).unwrap(),
        }
    }

    #[test]
    fn all_of_an_event_is_told_and_all_of_the_data_but_the_url() {
        let target = target(json!({ "url": "https://g/", "custom": { "a": 1 } }));
        let actions =
            json!(["notify", { "set_tweak": "sound", "value": "ring" }, { "set_tweak": "highlight" }]);
        let told = target.event(&alert(actions), 3);
        let device = json!({ "app_id": "org.example", "pushkey": "key", "pushkey_ts": 5, "data": { "custom": { "a": 1 } },
            "tweaks": { "sound": "ring", "highlight": true } });
        let expected = json!({ "event_id": "$e", "room_id": "!r", "type": "m.room.message", "sender": "@a:b",
            "content": { "body": "hello" }, "sender_display_name": "A", "prio": "high",
            "counts": { "unread": 3 }, "devices": [device] });
        assert_eq!(told["notification"], expected);
    }

    #[test]
    fn a_gateway_that_wants_the_id_only_learns_no_more() {
        let target = target(json!({ "url": "https://g/", "format": "event_id_only" }));
        let told = target.event(&alert(json!(["notify", { "set_tweak": "highlight", "value": false }])), 0);
        let expected = json!({ "event_id": "$e", "room_id": "!r", "prio": "low", "counts": {}, "devices": [
            { "app_id": "org.example", "pushkey": "key", "pushkey_ts": 5, "data": { "format": "event_id_only" } }] });
        assert_eq!(told["notification"], expected);
        assert_eq!(target.counts(0)["notification"]["counts"], json!({ "unread": 0 }));
    }
}
