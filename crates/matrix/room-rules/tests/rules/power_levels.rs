//! Levels as the engine asks for them, and those a new room starts with.

use herold_room_rules::{
    PowerLevels, Preset, history_visibility, initial_power_levels, join_rule, may_redact,
};
use ruma::events::TimelineEventType;
use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::room::JoinRuleKind;
use ruma::{Int, int};
use serde_json::{Value, json};

use crate::room::{ALICE, ALL, BOB, CAROL, DAVE, Room, rules, user};

fn levels(room: &Room) -> PowerLevels {
    let power_levels = room.event("m.room.power_levels", "");
    PowerLevels::new(&room.rules.authorization, room.create.as_ref().unwrap(), power_levels.as_deref())
}

#[test]
fn without_an_event_the_defaults_hold() {
    for version in ALL {
        let room = Room::bare(version);
        let levels = levels(&room);
        let creator = if version < 12 { UserPowerLevel::Int(int!(100)) } else { UserPowerLevel::Infinite };
        assert_eq!(levels.user(&user(ALICE)), creator);
        assert_eq!(levels.creators(), [user(ALICE)]);
        assert_eq!(levels.user(&user(BOB)), int!(0));
        let needed = [
            levels.to_send(&TimelineEventType::RoomMessage, false),
            levels.to_send(&TimelineEventType::RoomTopic, true),
            levels.invite(),
            levels.kick(),
            levels.ban(),
            levels.redact(),
            levels.notification("room"),
        ];
        assert_eq!(needed, [0, 50, 0, 50, 50, 50, 50].map(Int::from));
    }
}

#[test]
fn what_the_event_says_holds() {
    for version in ALL {
        let mut room = Room::bare(version);
        let content = room.levels(
            json!({ BOB: 50 }),
            json!({ "users_default": 5, "events_default": 1, "state_default": 40, "invite": 2, "kick": 3, "ban": 4,
                "redact": 6, "events": { "m.room.topic": 7 }, "notifications": { "room": 8 } }),
        );
        room.send(ALICE, "m.room.power_levels", Some(""), content).unwrap();
        let levels = levels(&room);
        assert_eq!(levels.user(&user(BOB)), int!(50));
        assert_eq!(levels.user(&user(CAROL)), int!(5));
        let needed = [
            levels.to_send(&TimelineEventType::RoomMessage, false),
            levels.to_send(&TimelineEventType::RoomName, true),
            levels.to_send(&TimelineEventType::RoomTopic, true),
            levels.invite(),
            levels.kick(),
            levels.ban(),
            levels.redact(),
            levels.notification("room"),
        ];
        assert_eq!(needed, [1, 40, 7, 2, 3, 4, 6, 8].map(Int::from));
    }
}

#[test]
fn old_rooms_write_levels_as_they_like() {
    for version in 1..=9 {
        let mut room = Room::bare(version);
        let content = json!({ "users": { ALICE: "100", BOB: " +050 " }, "ban": "-5" });
        room.send(ALICE, "m.room.power_levels", Some(""), content).unwrap();
        let levels = levels(&room);
        assert_eq!(levels.user(&user(ALICE)), int!(100));
        assert_eq!(levels.user(&user(BOB)), int!(50));
        assert_eq!(levels.ban(), int!(-5));
    }
}

#[test]
fn creators_of_room_version_12() {
    let mut room = Room::created_with(12, json!({ "additional_creators": [BOB, ALICE] }));
    room.send(ALICE, "m.room.power_levels", Some(""), json!({ "users_default": 10 })).unwrap();
    let levels = levels(&room);
    for creator in [ALICE, BOB] {
        assert_eq!(levels.user(&user(creator)), UserPowerLevel::Infinite);
    }
    assert_eq!(levels.user(&user(CAROL)), int!(10));
    assert!(levels.creators().contains(&user(BOB)));
}

#[test]
fn a_new_room_starts_with_levels_that_its_rules_allow() {
    for version in ALL {
        for preset in [Preset::PrivateChat, Preset::TrustedPrivateChat, Preset::PublicChat] {
            let rules = rules(version).authorization;
            let content = initial_power_levels(&rules, &user(ALICE), &[user(BOB), user(CAROL)], preset);
            let listed = content["users"].as_object().unwrap();
            let expected: &[&str] = match (version, preset) {
                (12, _) => &[],
                (_, Preset::TrustedPrivateChat) => &[ALICE, BOB, CAROL],
                _ => &[ALICE],
            };
            assert_eq!(listed.keys().collect::<Vec<_>>(), expected, "room version {version}, {preset:?}");
            let tombstone = content["events"]["m.room.tombstone"].as_i64().unwrap();
            assert_eq!(tombstone, if version == 12 { 150 } else { 100 });
            assert_eq!(content["invite"], if preset == Preset::PublicChat { 50 } else { 0 });
            let mut room = Room::bare(version);
            room.send(ALICE, "m.room.power_levels", Some(""), Value::Object(content)).unwrap();
        }
    }
}

#[test]
fn a_redaction_takes_effect_by_power_or_by_origin() {
    for version in ALL {
        let mut room = Room::bare(version);
        let content = room.levels(json!({ BOB: 50 }), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), content).unwrap();
        room.join_rule("public").unwrap();
        for user in [BOB, CAROL, DAVE] {
            room.join(user).unwrap();
        }
        let target = room.message(CAROL).unwrap();
        let levels = levels(&room);
        for (who, expected) in [
            (ALICE, true),
            (BOB, true),
            (CAROL, true),
            (DAVE, true),
            ("@erin:here.example", false),
            ("@mallory:else.example", false),
        ] {
            assert_eq!(may_redact(&levels, &user(who), &target), expected, "{who}, room version {version}");
        }
    }
}

#[test]
fn contents_that_say_nothing_understood() {
    let mut room = Room::bare(12);
    assert_eq!(history_visibility(None), HistoryVisibility::Shared);
    assert_eq!(join_rule(None), JoinRuleKind::Invite);
    for (value, expected) in [
        (json!("joined"), HistoryVisibility::Joined),
        (json!("m.odd"), HistoryVisibility::Shared),
        (json!(7), HistoryVisibility::Shared),
    ] {
        let content = json!({ "history_visibility": value });
        let event = room.send(ALICE, "m.room.history_visibility", Some(""), content).unwrap();
        assert_eq!(history_visibility(Some(&event)), expected);
    }
    let event = room.join_rule("knock_restricted").unwrap();
    assert_eq!(join_rule(Some(&event)), JoinRuleKind::KnockRestricted);
}
