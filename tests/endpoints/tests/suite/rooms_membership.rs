//! Invite, join, knock, leave, forget, kick, ban, unban.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say, state};

async fn is(client: &Client, room: &str, user: &Client, expected: &str) {
    assert_eq!(state(client, room, "m.room.member", &user.user_id).await["membership"], expected);
}

fn on(user: &Client) -> Value {
    json!({ "user_id": user.user_id })
}

async fn an_invite_lets_in_and_can_be_declined(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, json!({})).await;
    membership(&bob, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
    membership(&bob, &room, "invite", on(&carol)).await.error(403, "M_FORBIDDEN");
    let invite = json!({ "user_id": bob.user_id, "reason": "tea" });
    membership(&alice, &room, "invite", invite).await.ok();
    assert_eq!(state(&alice, &room, "m.room.member", &bob.user_id).await["reason"], "tea");
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&alice, &room, "invite", on(&bob)).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "invite", on(&carol)).await.ok();
    membership(&carol, &room, "leave", json!({})).await.ok();
    is(&alice, &room, &carol, "leave").await;
    membership(&carol, &room, "leave", json!({})).await.ok();
    let stranger = json!({ "user_id": "@dave:elsewhere.example" });
    membership(&alice, &room, "invite", stranger).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "invite", json!({ "user_id": "nobody" })).await.error(400, "M_BAD_JSON");
    server
}

async fn people(server: &TestServer) -> [Client; 3] {
    [server.register("alice").await, server.register("bob").await, server.register("carol").await]
}

async fn kick_ban_and_unban_need_power(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    for client in [&bob, &carol] {
        membership(client, &room, "join", json!({})).await.ok();
    }
    for verb in ["kick", "ban"] {
        membership(&bob, &room, verb, on(&carol)).await.error(403, "M_FORBIDDEN");
        membership(&bob, &room, verb, on(&alice)).await.error(403, "M_FORBIDDEN");
    }
    membership(&alice, &room, "unban", on(&carol)).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "kick", on(&carol)).await.ok();
    is(&bob, &room, &carol, "leave").await;
    membership(&alice, &room, "kick", on(&carol)).await.error(403, "M_FORBIDDEN");
    membership(&carol, &room, "join", json!({})).await.ok();
    let ban = json!({ "user_id": carol.user_id, "reason": "noise" });
    membership(&alice, &room, "ban", ban).await.ok();
    assert_eq!(state(&bob, &room, "m.room.member", &carol.user_id).await["reason"], "noise");
    membership(&carol, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
    membership(&carol, &room, "leave", json!({})).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "invite", on(&carol)).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "unban", on(&carol)).await.ok();
    membership(&carol, &room, "join", json!({})).await.ok();
    is(&bob, &room, &carol, "join").await;
    server
}

async fn knocking_asks_to_be_let_in(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let knockable = json!([{ "type": "m.room.join_rules", "content": { "join_rule": "knock" } }]);
    let room = create(&alice, json!({ "initial_state": knockable, "room_alias_name": "door" })).await;
    let knock = |client: Client, room: String| async move {
        client.post(&format!("/_matrix/client/v3/knock/{room}"), json!({ "reason": "please" })).await
    };
    let answer = knock(bob.clone(), "%23door:localhost".to_owned()).await.ok();
    assert_eq!(answer["room_id"], room.as_str());
    is(&alice, &room, &bob, "knock").await;
    membership(&bob, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "invite", on(&bob)).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    knock(bob.clone(), room.clone()).await.error(403, "M_FORBIDDEN");
    knock(carol.clone(), room.clone()).await.ok();
    membership(&carol, &room, "leave", json!({})).await.ok();
    is(&alice, &room, &carol, "leave").await;
    knock(carol.clone(), room.clone()).await.ok();
    membership(&alice, &room, "kick", on(&carol)).await.ok();
    let closed = create(&alice, json!({})).await;
    knock(carol.clone(), closed).await.error(403, "M_FORBIDDEN");
    knock(carol.clone(), "!nothing:localhost".to_owned()).await.error(404, "M_NOT_FOUND");
    server
}

async fn members_of_a_space_join_its_restricted_rooms(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    for (version, join_rule) in [("8", "restricted"), ("10", "knock_restricted"), ("12", "restricted")] {
        let space = create(&alice, json!({ "preset": "public_chat" })).await;
        let allow = json!([{ "type": "m.room_membership", "room_id": space }]);
        let rules = json!({ "join_rule": join_rule, "allow": allow });
        let initial_state = json!([{ "type": "m.room.join_rules", "content": rules }]);
        let room = create(&alice, json!({ "room_version": version, "initial_state": initial_state })).await;
        membership(&carol, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
        membership(&bob, &space, "join", json!({})).await.ok();
        membership(&bob, &room, "join", json!({})).await.ok();
        let member = state(&alice, &room, "m.room.member", &bob.user_id).await;
        assert_eq!(member["join_authorised_via_users_server"], alice.user_id.as_str());
        membership(&alice, &room, "invite", on(&carol)).await.ok();
        membership(&carol, &room, "join", json!({})).await.ok();
    }
    let elsewhere = json!([{ "type": "m.room_membership", "room_id": "!far:elsewhere.example" }]);
    let rules = json!({ "join_rule": "restricted", "allow": elsewhere });
    let initial_state = json!([{ "type": "m.room.join_rules", "content": rules }]);
    let room = create(&alice, json!({ "initial_state": initial_state })).await;
    membership(&bob, &room, "join", json!({})).await.error(400, "M_UNABLE_TO_AUTHORISE_JOIN");
    server
}

/// A membership set as a state event is decided like one asked for: nobody vouches for themselves.
async fn who_sets_a_membership_as_state_gets_no_further(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let set = async |by: &Client, room: &str, member: &str, content: Value| {
        by.put(&format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{member}"), content).await
    };
    let vouched = json!({ "membership": "join", "join_authorised_via_users_server": alice.user_id, "displayname": "me" });
    for version in ["8", "12"] {
        let space = create(&alice, json!({ "preset": "public_chat" })).await;
        let rules = json!({ "join_rule": "restricted",
            "allow": [{ "type": "m.room_membership", "room_id": space }] });
        let initial_state = json!([{ "type": "m.room.join_rules", "content": rules }]);
        let room = create(&alice, json!({ "room_version": version, "initial_state": initial_state })).await;
        set(&carol, &room, &carol.user_id, vouched.clone()).await.error(403, "M_FORBIDDEN");
        membership(&bob, &space, "join", json!({})).await.ok();
        set(&bob, &room, &bob.user_id, json!({ "membership": "join" })).await.ok();
        let member = state(&alice, &room, "m.room.member", &bob.user_id).await;
        assert_eq!(member["join_authorised_via_users_server"], alice.user_id.as_str());
        set(&bob, &room, &bob.user_id, vouched.clone()).await.ok();
        let member = state(&alice, &room, "m.room.member", &bob.user_id).await;
        assert_eq!(member, json!({ "membership": "join", "displayname": "me" }));
        let invite = json!({ "membership": "invite" });
        set(&alice, &room, "@far:elsewhere.example", invite.clone()).await.error(403, "M_FORBIDDEN");
        set(&alice, &room, "nobody", invite.clone()).await.error(400, "M_INVALID_PARAM");
        set(&alice, &room, &carol.user_id, invite).await.ok();
        set(&carol, &room, &carol.user_id, vouched.clone()).await.ok();
        let member = state(&alice, &room, "m.room.member", &carol.user_id).await;
        assert_eq!(member, json!({ "membership": "join", "displayname": "me" }));
    }
    server
}

async fn a_room_is_forgotten_after_it_was_left(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&bob, &room, "forget", json!({})).await.error(400, "M_UNKNOWN");
    let said = say(&alice, &room, "1", "before").await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    let event = format!("/_matrix/client/v3/rooms/{room}/event/{said}");
    bob.get(&event).await.ok();
    membership(&bob, &room, "forget", json!({})).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    bob.get(&event).await.ok();
    server
}

async fn unknown_rooms_and_rooms_of_others_look_alike(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({})).await;
    for room in [room.as_str(), "!nothing:localhost"] {
        let send = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/1");
        let first = bob.put(&send, json!({})).await.error(403, "M_FORBIDDEN");
        let invite = membership(&bob, room, "invite", on(&alice)).await.error(403, "M_FORBIDDEN");
        let kick = membership(&bob, room, "kick", on(&alice)).await.error(403, "M_FORBIDDEN");
        let leave = membership(&bob, room, "leave", json!({})).await.error(403, "M_FORBIDDEN");
        for other in [invite, kick, leave] {
            assert_eq!(first, other);
        }
    }
    bob.post("/_matrix/client/v3/join/!nothing:localhost", json!({})).await.error(404, "M_NOT_FOUND");
    bob.post("/_matrix/client/v3/join/%23nothing:localhost", json!({})).await.error(404, "M_NOT_FOUND");
    server
}

on_both_engines!(
    an_invite_lets_in_and_can_be_declined,
    kick_ban_and_unban_need_power,
    knocking_asks_to_be_let_in,
    members_of_a_space_join_its_restricted_rooms,
    who_sets_a_membership_as_state_gets_no_further,
    a_room_is_forgotten_after_it_was_left,
    unknown_rooms_and_rooms_of_others_look_alike,
);
