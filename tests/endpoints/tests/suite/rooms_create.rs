//! POST /createRoom: presets, versions, power levels, aliases, and what it refuses.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

use crate::rooms_basics::{create, membership, state};

const CREATE: &str = "/_matrix/client/v3/createRoom";

async fn presets_set_what_the_specification_says(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for (request, join_rule, guest_access) in [
        (json!({}), "invite", "can_join"),
        (json!({ "preset": "public_chat" }), "public", "forbidden"),
        (json!({ "visibility": "public" }), "public", "forbidden"),
        (json!({ "preset": "trusted_private_chat" }), "invite", "can_join"),
    ] {
        let room = create(&alice, request).await;
        assert_eq!(state(&alice, &room, "m.room.join_rules", "").await["join_rule"], join_rule);
        assert_eq!(state(&alice, &room, "m.room.guest_access", "").await["guest_access"], guest_access);
        let visibility = state(&alice, &room, "m.room.history_visibility", "").await;
        assert_eq!(visibility["history_visibility"], "shared");
    }
    server
}

async fn every_version_makes_rooms(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    for version in 1..=12 {
        let request = json!({ "room_version": version.to_string(), "preset": "public_chat" });
        let room = create(&alice, request).await;
        assert_eq!(room.contains(':'), version < 12, "version {version}: {room}");
        let content = state(&alice, &room, "m.room.create", "").await;
        assert_eq!(content["room_version"], version.to_string());
        assert_eq!(content.get("creator").is_some(), version < 11, "version {version}");
        membership(&bob, &room, "join", json!({})).await.ok();
        let levels = state(&alice, &room, "m.room.power_levels", "").await;
        assert_eq!(levels["users"].get(&alice.user_id).is_some(), version < 12, "version {version}");
    }
    server
}

async fn creators_of_version_12_are_above_all_levels(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let request = json!({
        "preset": "trusted_private_chat", "invite": [bob.user_id], "is_direct": true,
        "creation_content": { "additional_creators": ["@carol:localhost"], "m.federate": false },
    });
    let room = create(&alice, request).await;
    let content = state(&alice, &room, "m.room.create", "").await;
    assert_eq!(content["additional_creators"], json!(["@carol:localhost", bob.user_id]));
    assert_eq!(content["m.federate"], json!(false));
    let invite = state(&alice, &room, "m.room.member", &bob.user_id).await;
    assert_eq!((invite["membership"].as_str(), &invite["is_direct"]), (Some("invite"), &json!(true)));
    server
}

async fn trusted_rooms_of_older_versions_share_the_power(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let request = json!({ "preset": "trusted_private_chat", "invite": [bob.user_id], "room_version": "11" });
    let room = create(&alice, request).await;
    let levels = state(&alice, &room, "m.room.power_levels", "").await;
    assert_eq!(levels["users"], json!({ alice.user_id: 100, bob.user_id: 100 }));
    server
}

async fn the_request_overrides_the_preset(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let request = json!({
        "name": "Named", "preset": "public_chat", "room_alias_name": "named",
        "power_level_content_override": { "events_default": 25, "users": { "@bob:localhost": 50 } },
        "initial_state": [
            { "type": "m.room.join_rules", "content": { "join_rule": "knock" } },
            { "type": "m.room.name", "state_key": "", "content": { "name": "overridden" } },
            { "type": "org.example.thing", "state_key": "k", "content": { "a": [1, "b", null] } },
        ],
    });
    let room = create(&alice, request).await;
    assert_eq!(state(&alice, &room, "m.room.join_rules", "").await["join_rule"], "knock");
    assert_eq!(state(&alice, &room, "m.room.name", "").await["name"], "Named");
    assert_eq!(state(&alice, &room, "org.example.thing", "k").await, json!({ "a": [1, "b", null] }));
    assert_eq!(state(&alice, &room, "m.room.canonical_alias", "").await["alias"], "#named:localhost");
    let levels = state(&alice, &room, "m.room.power_levels", "").await;
    assert_eq!((&levels["events_default"], &levels["ban"]), (&json!(25), &json!(50)));
    assert_eq!(levels["users"], json!({ "@bob:localhost": 50 }));
    let found = alice.get("/_matrix/client/v3/directory/room/%23named:localhost").await.ok();
    assert_eq!(found, json!({ "room_id": room, "servers": ["localhost"] }));
    server
}

async fn what_cannot_be_made_leaves_nothing(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    create(&alice, json!({ "room_alias_name": "taken" })).await;
    let nested = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let refused = [
        (json!({ "room_alias_name": "taken" }), 400, "M_ROOM_IN_USE"),
        (json!({ "room_alias_name": "a:b" }), 400, "M_INVALID_PARAM"),
        (json!({ "room_version": "99" }), 400, "M_UNSUPPORTED_ROOM_VERSION"),
        (json!({ "room_version": "org.example.wild" }), 400, "M_UNSUPPORTED_ROOM_VERSION"),
        (json!({ "preset": "party" }), 400, "M_INVALID_PARAM"),
        (json!({ "creation_content": [] }), 400, "M_BAD_JSON"),
        (json!({ "power_level_content_override": 7 }), 400, "M_BAD_JSON"),
        (
            json!({ "power_level_content_override": { "users": { alice.user_id.clone(): 1 } } }),
            400,
            "M_INVALID_ROOM_STATE",
        ),
        (
            json!({ "initial_state": [{ "type": "m.room.create", "content": {} }] }),
            400,
            "M_INVALID_ROOM_STATE",
        ),
        (json!({ "initial_state": [{ "type": "x", "content": 1 }] }), 400, "M_BAD_JSON"),
        (json!({ "initial_state": [{ "type": "x", "content": { "f": 1.5 } }] }), 400, "M_BAD_JSON"),
        (json!({ "initial_state": [{ "type": "x", "content": { "n": nested } }] }), 400, "M_BAD_JSON"),
        (json!({ "name": "n".repeat(70_000) }), 413, "M_TOO_LARGE"),
        (json!({ "creation_content": { "additional_creators": ["nobody"] } }), 400, "M_INVALID_ROOM_STATE"),
    ];
    for (request, status, errcode) in refused {
        println!("{errcode} for {}", request.to_string().chars().take(100).collect::<String>());
        alice.post(CREATE, request).await.error(status, errcode);
    }
    let third_party = json!({ "invite_3pid": [{
        "id_server": "x", "id_access_token": "x", "medium": "email", "address": "a@example.org" }] });
    alice.post(CREATE, third_party).await.error(403, "M_THREEPID_DENIED");
    server.visitor().post(CREATE, json!({})).await.error(401, "M_MISSING_TOKEN");
    let joined = alice.get("/_matrix/client/v3/joined_rooms").await.ok();
    assert_eq!(joined["joined_rooms"].as_array().map(Vec::len), Some(1));
    server
}

async fn the_invited_are_called_as_they_call_themselves(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let path = format!("/_matrix/client/v3/profile/{}/displayname", bob.user_id);
    bob.put(&path, json!({ "displayname": "Bob the Second" })).await.ok();
    let nobody = "@nobody:localhost";
    let room = create(&alice, json!({ "invite": [nobody, bob.user_id] })).await;
    let invite = state(&alice, &room, "m.room.member", &bob.user_id).await;
    assert_eq!(invite["displayname"], "Bob the Second");
    let invite = state(&alice, &room, "m.room.member", nobody).await;
    assert_eq!((&invite["membership"], invite.get("displayname")), (&json!("invite"), None));
    server
}

on_both_engines!(
    the_invited_are_called_as_they_call_themselves,
    presets_set_what_the_specification_says,
    every_version_makes_rooms,
    creators_of_version_12_are_above_all_levels,
    trusted_rooms_of_older_versions_share_the_power,
    the_request_overrides_the_preset,
    what_cannot_be_made_leaves_nothing,
);
