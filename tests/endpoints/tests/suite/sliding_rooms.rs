//! Rooms in sliding sync: windows in the order of activity, what of each room is told, and what is told again.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::sliding_client::{
    ask, bodies, first, list, list_of, members, next, pos, rooms, states, wait, without_ages,
};

const NAME: &str = "m.room.name";
const TOPIC: &str = "m.room.topic";
const MEMBER: &str = "m.room.member";

async fn a_window_shows_the_rooms_that_were_active_last(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let mut made = Vec::new();
    for number in 0..4 {
        made.push(create(&alice, json!({ "name": format!("room {number}") })).await);
    }
    say(&alice, &made[0], "a", "first").await;
    let request = list(1, 1, &json!([[NAME, ""]]));
    let one = first(&alice, &request).await;
    let mut top = vec![made[0].as_str(), made[3].as_str()];
    top.sort_unstable();
    assert_eq!(rooms(&one), top, "{one}");
    assert_eq!(one["lists"]["all"]["count"], 4);
    let told = &one["rooms"][&made[0]];
    assert_eq!((told["name"].as_str(), told["initial"].as_bool()), (Some("room 0"), Some(true)));
    assert_eq!((bodies(told), states(told)), (vec!["first"], vec![(NAME, "")]));
    assert_eq!((told["limited"].as_bool(), told["num_live"].as_u64()), (Some(true), Some(0)));
    assert_eq!((told["joined_count"].as_u64(), told["invited_count"].as_u64()), (Some(1), Some(0)));
    assert!(told["prev_batch"].is_string() && told["heroes"].is_null() && told["is_dm"].is_null());
    assert!(told["bump_stamp"].as_u64() > one["rooms"][&made[3]]["bump_stamp"].as_u64());

    // The window grows: only the rooms that were not told yet.
    let two = next(&alice, &one, &list(9, 1, &json!([[NAME, ""]]))).await;
    assert_eq!(rooms(&two).len(), 2, "{two}");
    assert!(two["rooms"][&made[0]].is_null() && two["rooms"][&made[3]].is_null());
    let three = next(&alice, &two, &list(9, 1, &json!([[NAME, ""]]))).await;
    assert_eq!((rooms(&three).len(), three["lists"]["all"]["count"].as_u64()), (0, Some(4)));

    // A room outside of the window comes in with what happens in it, and what it missed meanwhile is told then.
    let small = list(0, 5, &json!([]));
    let mut before = next(&alice, &three, &small).await;
    say(&alice, &made[1], "b", "one").await;
    say(&alice, &made[2], "c", "two").await;
    before = next(&alice, &before, &small).await;
    assert_eq!(rooms(&before), [made[2].as_str()], "{before}");
    assert_eq!(before["rooms"][&made[2]]["num_live"], 1);
    say(&alice, &made[1], "d", "three").await;
    let last = next(&alice, &before, &small).await;
    let told = &last["rooms"][&made[1]];
    assert!(bodies(told).ends_with(&["one", "three"]), "{told}");
    assert_eq!((told["num_live"].as_u64(), told["initial"].as_bool()), (Some(1), None), "{told}");
    server
}

async fn the_same_place_tells_the_same(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let other = create(&alice, json!({})).await;
    let request = list(9, 3, &json!([[MEMBER, "$LAZY"], [NAME, ""]]));
    let start = first(&alice, &list(0, 3, &json!([[MEMBER, "$LAZY"], [NAME, ""]]))).await;
    assert_eq!(rooms(&start), [other.as_str()]);
    let strip = |answer: &Value| without_ages(answer["rooms"].clone());
    let one = next(&alice, &start, &request).await;
    let again = next(&alice, &start, &request).await;
    assert_eq!(strip(&one), strip(&again), "a lost answer loses nothing");
    assert_eq!(rooms(&one), [room.as_str()]);
    say(&alice, &room, "a", "hello").await;
    let two = next(&alice, &again, &request).await;
    let again = next(&alice, &again, &request).await;
    assert_eq!(strip(&two), strip(&again));
    assert_eq!(bodies(&two["rooms"][&room]), ["hello"]);
    // What was answered before the last answer that was read is nobody's place any more.
    let query = [("pos", pos(&start))];
    ask(&alice, &query, &request).await.error(400, "M_UNKNOWN_POS");
    server
}

async fn more_events_and_more_state_are_told_when_asked_for(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "name": "Tea", "topic": "Milk" })).await;
    for text in ["a", "b", "c", "d"] {
        say(&alice, &room, text, text).await;
    }
    let one = first(&alice, &list(9, 1, &json!([[NAME, ""]]))).await;
    assert_eq!(bodies(&one["rooms"][&room]), ["d"]);
    let more = list(9, 3, &json!([[NAME, ""], [TOPIC, "*"]]));
    let two = next(&alice, &one, &more).await;
    let told = &two["rooms"][&room];
    assert_eq!(bodies(told), ["b", "c", "d"], "{told}");
    assert_eq!(told["unstable_expanded_timeline"], true);
    assert_eq!((told["num_live"].as_u64(), told["initial"].as_bool()), (Some(0), None));
    assert_eq!(states(told), [(TOPIC, "")], "what it has is not told again");
    let three = next(&alice, &two, &more).await;
    assert_eq!(rooms(&three), [""; 0]);
    // It has these three, so asking for fewer and for three again brings nothing.
    let four = next(&alice, &three, &list(9, 1, &json!([[NAME, ""]]))).await;
    let five = next(&alice, &four, &list(9, 3, &json!([[NAME, ""]]))).await;
    assert_eq!((rooms(&four).len(), rooms(&five).len()), (0, 0));
    // A gap does away with that.
    for text in ["e", "f"] {
        say(&alice, &room, text, text).await;
    }
    let six = next(&alice, &five, &list(9, 1, &json!([[NAME, ""]]))).await;
    assert_eq!(
        (bodies(&six["rooms"][&room]), six["rooms"][&room]["limited"].as_bool()),
        (vec!["f"], Some(true))
    );
    let seven = next(&alice, &six, &list(9, 3, &json!([[NAME, ""]]))).await;
    assert_eq!(bodies(&seven["rooms"][&room]), ["d", "e", "f"]);
    server
}

async fn subscriptions_and_lists_add_up(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let quiet = create(&alice, json!({ "name": "quiet", "topic": "shh" })).await;
    let loud = create(&alice, json!({ "name": "loud" })).await;
    for text in ["a", "b"] {
        say(&alice, &quiet, text, text).await;
        say(&alice, &loud, text, text).await;
    }
    let mut request = list(0, 1, &json!([[NAME, ""]]));
    request["room_subscriptions"] = json!({
        &quiet: { "timeline_limit": 2, "required_state": [[TOPIC, ""]] },
        &loud: { "timeline_limit": 2, "required_state": [[TOPIC, ""], ["m.room.create", ""]] },
        "!nowhere:localhost": { "timeline_limit": 1, "required_state": [] },
    });
    let one = first(&alice, &request).await;
    assert_eq!(states(&one["rooms"][&quiet]), [(TOPIC, "")]);
    assert_eq!(states(&one["rooms"][&loud]), [("m.room.create", ""), (NAME, "")], "both rules hold");
    assert_eq!(
        (bodies(&one["rooms"][&quiet]), bodies(&one["rooms"][&loud])),
        (vec!["a", "b"], vec!["a", "b"])
    );
    // Somebody else's room is nobody's to subscribe to.
    let bob = server.register("bob").await;
    request["lists"] = json!({});
    assert_eq!(rooms(&first(&bob, &request).await), [""; 0]);
    // What is subscribed to is told wherever it stands.
    request["room_subscriptions"] = json!({ &quiet: { "timeline_limit": 2 } });
    let mut before = next(&alice, &one, &request).await;
    say(&alice, &loud, "c", "c").await;
    say(&alice, &quiet, "c", "c").await;
    before = next(&alice, &before, &request).await;
    assert_eq!((rooms(&before), bodies(&before["rooms"][&quiet])), (vec![quiet.as_str()], vec!["c"]));
    server
}

async fn members_are_told_where_they_matter(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let carol = server.register("carol").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    for person in [&bob, &carol] {
        membership(person, &room, "join", json!({})).await.ok();
    }
    say(&alice, &room, "a", "hello").await;
    let request = list(9, 1, &json!([[MEMBER, "$LAZY"], [MEMBER, "$ME"]]));
    let one = first(&carol, &request).await;
    assert_eq!(members(&one["rooms"][&room]), [&alice.user_id, &carol.user_id]);
    say(&alice, &room, "b", "once more").await;
    let two = next(&carol, &one, &request).await;
    assert_eq!(members(&two["rooms"][&room]), [""; 0], "she knows alice");
    say(&bob, &room, "c", "me too").await;
    let three = next(&carol, &two, &request).await;
    assert_eq!(members(&three["rooms"][&room]), [&bob.user_id]);
    // Without a gap every change is told, of whomever.
    let wide = list(9, 10, &json!([[MEMBER, "$LAZY"], [MEMBER, "$ME"]]));
    let four = next(&carol, &three, &wide).await;
    alice
        .put(
            &format!("/_matrix/client/v3/profile/{}/displayname", alice.user_id),
            json!({ "displayname": "A" }),
        )
        .await
        .ok();
    let five = next(&carol, &four, &wide).await;
    assert_eq!(members(&five["rooms"][&room]), [&alice.user_id], "{five}");
    // All of them, where all are asked for; she has her own.
    let six = next(&carol, &five, &list(9, 1, &json!([[MEMBER, "*"]]))).await;
    assert_eq!(members(&six["rooms"][&room]), [&alice.user_id, &bob.user_id]);
    // Everything but members.
    let seven =
        next(&bob, &first(&bob, &json!({})).await, &list(9, 1, &json!([["*", "*"], [MEMBER, "$LAZY"]])))
            .await;
    let told = states(&seven["rooms"][&room]);
    assert!(told.contains(&("m.room.create", "")) && told.contains(&("m.room.join_rules", "")));
    assert_eq!(members(&seven["rooms"][&room]), [&alice.user_id], "{told:?}");
    server
}

async fn names_pictures_and_heroes(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let path = format!("/_matrix/client/v3/profile/{}/displayname", bob.user_id);
    bob.put(&path, json!({ "displayname": "bob" })).await.ok();
    let room = create(&alice, json!({ "preset": "private_chat", "invite": [bob.user_id] })).await;
    let request = list(9, 1, &json!([]));
    let one = first(&alice, &request).await;
    let told = &one["rooms"][&room];
    assert_eq!(told["heroes"], json!([{ "user_id": bob.user_id, "displayname": "bob" }]), "{told}");
    assert_eq!((told["joined_count"].as_u64(), told["invited_count"].as_u64()), (Some(1), Some(1)));
    assert!(told["name"].is_null() && told["avatar"].is_null());
    let path = |kind: &str| format!("/_matrix/client/v3/rooms/{room}/state/{kind}/");
    alice.put(&path(NAME), json!({ "name": "Tea" })).await.ok();
    alice.put(&path("m.room.avatar"), json!({ "url": "mxc://localhost/tea" })).await.ok();
    let two = next(&alice, &one, &request).await;
    let told = &two["rooms"][&room];
    assert_eq!((told["name"].as_str(), told["avatar"].as_str()), (Some("Tea"), Some("mxc://localhost/tea")));
    assert!(told["heroes"].is_null(), "{told}");
    alice.put(&path(NAME), json!({})).await.ok();
    alice.put(&path("m.room.avatar"), json!({})).await.ok();
    let three = next(&alice, &two, &request).await;
    let told = three["rooms"][&room].as_object().unwrap();
    assert!(told["name"].is_null() && told["avatar"].is_null() && told["heroes"].is_array(), "{told:?}");
    membership(&bob, &room, "join", json!({})).await.ok();
    let four = next(&alice, &three, &request).await;
    let told = &four["rooms"][&room];
    assert_eq!((told["joined_count"].as_u64(), told["invited_count"].as_u64()), (Some(2), Some(0)));
    server
}

async fn only_talk_bumps_a_room(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let request = list(9, 1, &json!([]));
    let one = first(&alice, &request).await;
    alice.put(&format!("/_matrix/client/v3/rooms/{room}/state/{TOPIC}/"), json!({ "topic": "x" })).await.ok();
    let two = next(&alice, &one, &request).await;
    say(&alice, &room, "a", "hello").await;
    let three = next(&alice, &two, &request).await;
    let stamp = |answer: &Value| answer["rooms"][&room]["bump_stamp"].as_u64().unwrap();
    assert!(stamp(&one) == stamp(&two) && stamp(&two) < stamp(&three), "{one} {two} {three}");
    server
}

async fn counts_are_those_of_the_other_sync(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let request = list(9, 1, &json!([]));
    let start = first(&bob, &request).await;
    say(&alice, &room, "a", "one").await;
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/b");
    let mention = json!({ "msgtype": "m.text", "body": "two", "m.mentions": { "user_ids": [bob.user_id] } });
    let last = alice.put(&path, mention).await.ok()["event_id"].as_str().unwrap().to_owned();
    let one = next(&bob, &start, &request).await;
    let counts = |answer: &Value| {
        let told = &answer["rooms"][&room];
        (told["notification_count"].as_u64(), told["highlight_count"].as_u64())
    };
    assert_eq!(counts(&one), (Some(2), Some(1)));
    let other = crate::sync_client::first(&bob).await;
    let unread = &crate::sync_client::joined(&other, &room)["unread_notifications"];
    assert_eq!(*unread, json!({ "notification_count": 2, "highlight_count": 1 }));
    // Reading somewhere else is news.
    let device = server.sign_in("bob", None).await;
    device.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{last}"), json!({})).await.ok();
    let two = wait(&bob, &one, &request).await;
    assert_eq!((counts(&two), bodies(&two["rooms"][&room])), ((Some(0), Some(0)), vec![]));
    server
}

async fn several_lists_tell_a_room_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "name": "Tea" })).await;
    let lists = json!({ "lists": {
        "a": list_of(0, 1, &json!([[NAME, ""]])), "b": list_of(5, 2, &json!([["m.room.create", ""]])),
        "none": { "ranges": [], "timeline_limit": 9, "required_state": [["*", "*"]] },
        "all": { "timeline_limit": 1 },
    }});
    let one = first(&alice, &lists).await;
    let counts: Vec<_> = one["lists"].as_object().unwrap().values().map(|list| &list["count"]).collect();
    assert_eq!(counts, [1, 1, 1, 1]);
    let told = &one["rooms"][&room];
    assert_eq!(
        (states(told), told["timeline"].as_array().unwrap().len()),
        (vec![("m.room.create", ""), (NAME, "")], 2)
    );
    server
}

on_both_engines!(
    a_window_shows_the_rooms_that_were_active_last,
    the_same_place_tells_the_same,
    more_events_and_more_state_are_told_when_asked_for,
    subscriptions_and_lists_add_up,
    members_are_told_where_they_matter,
    names_pictures_and_heroes,
    only_talk_bumps_a_room,
    counts_are_those_of_the_other_sync,
    several_lists_tell_a_room_once,
);
