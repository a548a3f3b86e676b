//! The verdicts of `judge` against ruma's own evaluation of the default push rules.

use futures::FutureExt;
use ruma::push::{Action, PushConditionPowerLevelsCtx, PushConditionRoomCtx, Ruleset};
use ruma::serde::Raw;
use ruma::{owned_room_id, owned_user_id, uint};
use serde_json::{Value, json};

use super::*;

/// Notifies and highlights, as ruma says for `user`.
fn by_ruma(event: &Value, user: &str, may_notify_room: bool) -> (bool, bool) {
    let user_id = ruma::OwnedUserId::try_from(user).unwrap();
    let rules = Ruleset::server_default(&user_id);
    let context = PushConditionRoomCtx::new(owned_room_id!("!room:a"), uint!(3), user_id, "Name".to_owned());
    let level = if may_notify_room { 100 } else { 0 };
    let sender = ruma::OwnedUserId::try_from(event["sender"].as_str().unwrap()).unwrap();
    let levels = PushConditionPowerLevelsCtx::new(
        [(sender, level.into())].into(),
        ruma::int!(0),
        ruma::power_levels::NotificationPowerLevels::default(),
        ruma::room_version_rules::RoomPowerLevelsRules::new(
            &ruma::room_version_rules::AuthorizationRules::V10,
            None,
        ),
    );
    let event: Raw<Value> = Raw::from_json(serde_json::value::to_raw_value(event).unwrap());
    let context = context.with_power_levels(levels);
    let actions = rules.get_actions(&event, &context).now_or_never().unwrap();
    (actions.iter().any(Action::should_notify), actions.iter().any(Action::is_highlight))
}

fn by_judge(event: &Value, user: &str, may_notify_room: bool) -> (bool, bool) {
    let event = Judgeable::read(&event.to_string()).unwrap();
    let verdict = event.judge(may_notify_room);
    if event.sender == user {
        return (false, false);
    }
    let mentioned = verdict.mentioned.iter().any(|other| other == user);
    let invited = verdict.invited.as_deref() == Some(user);
    (verdict.notify || mentioned || invited, verdict.highlight || mentioned)
}

#[test]
fn the_default_rules_are_judged_as_ruma_judges_them() {
    let kinds = [
        "m.room.message",
        "M.Room.Message",
        "m.room.encrypted",
        "m.room.member",
        "m.room.tombstone",
        "m.reaction",
        "m.room.server_acl",
        "m.call.invite",
        "m.room.topic",
        "org.example.custom",
    ];
    let msgtypes = [json!(null), json!("m.text"), json!("m.notice"), json!("M.NOTICE"), json!(3)];
    let mentions = [
        json!(null),
        json!({}),
        json!({ "room": true }),
        json!({ "room": "true" }),
        json!({ "user_ids": ["@me:a", "@sender:a"] }),
        json!({ "user_ids": "@me:a" }),
        json!({ "user_ids": ["@other:a"], "room": true }),
        json!([]),
    ];
    let relations =
        [json!(null), json!({ "rel_type": "m.replace", "event_id": "$x" }), json!({ "rel_type": 1 })];
    let state_keys = [json!(null), json!(""), json!("@me:a"), json!("@other:a")];
    let mut compared = 0;
    for kind in kinds {
        for msgtype in &msgtypes {
            for mention in &mentions {
                for relation in &relations {
                    for state_key in &state_keys {
                        let membership = if compared % 2 == 0 { "invite" } else { "join" };
                        let mut event = json!({ "type": kind, "sender": "@sender:a", "content": {
                            "msgtype": msgtype, "m.mentions": mention, "m.relates_to": relation,
                            "membership": membership } });
                        if !state_key.is_null() {
                            event["state_key"] = state_key.clone();
                        }
                        for user in ["@me:a", "@sender:a"] {
                            for may in [false, true] {
                                let (ours, theirs) =
                                    (by_judge(&event, user, may), by_ruma(&event, user, may));
                                assert_eq!(ours, theirs, "{user} {may} {event}");
                            }
                        }
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 4_000);
    let _ = owned_user_id!("@me:a");
}

#[test]
fn whatever_is_no_event_is_no_panic() {
    for json in ["", "{}", "[]", r#"{"content":{"m.mentions":{"user_ids":[1,{}]}}}"#, r#"{"type":1}"#] {
        if let Some(event) = Judgeable::read(json) {
            assert_eq!(event.judge(true), Verdict::default());
        }
    }
}
