//! Nothing is left of what was purged, redacted or deleted: looked for in every table of the database.

use std::collections::BTreeSet;

use herold_admin_api::{Answer, Command, Report, ask};
use herold_endpoint_tests::{Client, Contents, DOWNLOAD, TestServer, on_both_engines};
use herold_server::config::Retention;
use serde_json::{Value, json};

use crate::delayed_events::{self, wait_for};
use crate::relations_client::{id, put, redact};
use crate::rooms_basics::{create, membership, say};
use crate::search_events::count;
use crate::sync_client;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const START_MS: i64 = 1_700_000_000_000;
/// Words that are in nothing else; no two begin alike, so that the index to search has them whole.
const MESSAGE: &str = "qxylophone";
const EDIT: &str = "vzwiebel";
const KEY: &str = "jkrokodil";
const REPLY: &str = "wpinguin";
const DELAYED: &str = "ysalamander";
const WORDS: [&str; 5] = [MESSAGE, EDIT, KEY, REPLY, DELAYED];

/// What is left of messages that were purged: the graph of the room, and what people themselves keep.
const IDS_MAY_BE_IN: [&str; 5] = [
    "account_data.content",
    "delayed_events.event_id",
    "events.event_id",
    "events.json",
    "transaction_ids.answer",
];
/// A cursor names nothing: it says how far somebody came.
const NUMBERS_MAY_BE_IN: [&str; 3] =
    ["events.event_number", "events.line_position", "follower_cursors.position"];

/// Where what was redacted may stand while it is kept; words in the index, until it forgets them.
const KEPT_IN: [&str; 2] = ["redacted_originals.json", "search_index_data.block"];

async fn command(server: &TestServer, command: Command) -> Result<Answer, String> {
    ask(&server.data().join("herold.sock"), &command).await.map_err(|error| error.to_string())
}

/// Says things in a room in many ways, and has others read and note them: the events' ids.
async fn talk(server: &TestServer, alice: &Client, bob: &Client, room: &str) -> Vec<String> {
    const TEXT: &str = "m.room.message";
    let mention =
        json!({ "msgtype": "m.text", "body": MESSAGE, "m.mentions": { "user_ids": [bob.user_id] } });
    let message = id(&put(alice, room, TEXT, "m1", mention).await.ok());
    let related = |rel_type: &str| json!({ "rel_type": rel_type, "event_id": message });
    let edit = json!({
        "msgtype": "m.text", "body": EDIT, "m.relates_to": related("m.replace"),
        "m.new_content": { "msgtype": "m.text", "body": EDIT },
    });
    let edit = id(&put(alice, room, TEXT, "m2", edit).await.ok());
    let reply = json!({ "msgtype": "m.text", "body": REPLY, "m.relates_to": related("m.thread") });
    let reply = id(&put(bob, room, TEXT, "m3", reply).await.ok());
    let reaction = json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": message, "key": KEY } });
    let reaction = id(&put(bob, room, "m.reaction", "m4", reaction).await.ok());
    let path =
        format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/d1?org.matrix.msc4140.delay=1000");
    alice.put(&path, json!({ "msgtype": "m.text", "body": DELAYED })).await.ok();
    server.clock.advance_ms(1000);
    let delayed = wait_for(alice, DELAYED).await["event_id"].as_str().unwrap().to_owned();
    // It is there before it is noted that it was sent.
    while alice.get(delayed_events::DELAYED).await.ok()["scheduled"] != json!([]) {}
    let receipt = |kind: &str, event: &str| format!("/_matrix/client/v3/rooms/{room}/receipt/{kind}/{event}");
    bob.post(&receipt("m.read", &message), json!({ "thread_id": "main" })).await.ok();
    bob.post(&receipt("m.read.private", &delayed), json!({})).await.ok();
    alice.post(&receipt("m.read", &reply), json!({ "thread_id": message })).await.ok();
    let markers = format!("/_matrix/client/v3/rooms/{room}/read_markers");
    bob.post(&markers, json!({ "m.fully_read": message })).await.ok();
    assert_eq!(count(alice, MESSAGE).await, 1);
    // Whoever is told of these events is told after they were judged.
    sync_client::first(bob).await;
    vec![message, edit, reply, reaction, delayed]
}

async fn nothing_is_left_of_purged_messages(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let ids = talk(&server, &alice, &bob, &room).await;
    server.clock.advance_ms(DAY_MS);
    say(&alice, &room, "t2", "said today").await;
    assert_eq!(count(&alice, "today").await, 1);
    server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    let before = Contents::of(&server);
    for word in WORDS {
        assert!(before.with_text(word).contains("events.json"), "{word}");
    }
    for place in ["receipts.event_id", "relations.annotation_key"] {
        let mut texts = ids.iter().map(String::as_str).chain(WORDS);
        assert!(texts.any(|text| before.with_text(text).contains(place)), "{place}");
    }
    let numbers: Vec<i64> = ids.iter().map(|id| before.event_number(id)).collect();
    let unread = |body: &Value| body["unread_notifications"].clone();
    let unread_before = unread(sync_client::joined(&sync_client::first(&bob).await, &room));

    let purge = Command::PurgeRoom { room: room.clone(), before_ms: START_MS + DAY_MS };
    assert_eq!(command(&server, purge).await, Ok(Answer::Purged { messages: 5 }));
    let after = Contents::of(&server);
    for word in WORDS {
        assert_eq!(after.with_text(word), BTreeSet::new(), "{word}");
    }
    for (id, number) in ids.iter().zip(numbers) {
        let allowed = |place: &String| IDS_MAY_BE_IN.contains(&place.as_str());
        assert!(after.with_text(id).iter().all(allowed), "{id}: {:?}", after.with_text(id));
        let allowed = |place: &String| NUMBERS_MAY_BE_IN.contains(&place.as_str());
        assert!(after.with_number(number).iter().all(allowed), "{:?}", after.with_number(number));
    }
    // What bob has read stays read. Whoever is told of what came after the purge is told after it was noticed.
    let told = sync_client::first(&bob).await;
    say(&alice, &room, "t3", "and on it goes").await;
    sync_client::wait(&bob, &told).await;
    assert_eq!(unread_before["notification_count"], 1);
    let unread_after = unread(sync_client::joined(&sync_client::first(&bob).await, &room));
    assert_eq!(unread_after["notification_count"], 2);
    server
}

async fn nothing_is_left_of_redacted_events(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let topic = format!("/_matrix/client/v3/rooms/{room}/state/m.room.topic/");
    let topic = alice.put(&topic, json!({ "topic": "ttroglodyt" })).await.ok()["event_id"].clone();
    let name = format!("/_matrix/client/v3/rooms/{room}/state/m.room.name/");
    let first_name = id(&alice.put(&name, json!({ "name": "nnashorn" })).await.ok());
    alice.put(&name, json!({ "name": "plain" })).await.ok();
    let carl = server.register("carl").await;
    let invite = format!("/_matrix/client/v3/rooms/{room}/invite");
    alice.post(&invite, json!({ "user_id": carl.user_id })).await.ok();
    let ids = talk(&server, &alice, &bob, &room).await;
    server.restart().await;
    let (alice, carl) = (alice.at(&server), carl.at(&server));
    let before = Contents::of(&server);
    for place in ["events.json", "memberships.stripped_state", "room_summaries.topic"] {
        assert!(before.with_text("ttroglodyt").contains(place), "{place}");
    }
    let messages = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=100");
    let before = alice.get(&messages).await.ok().to_string();
    assert_eq!(before.matches("nnashorn").count(), 2, "once as what the second name replaced");
    redact(&alice, &room, &first_name).await;
    assert!(!alice.get(&messages).await.ok().to_string().contains("nnashorn"));
    redact(&alice, &room, topic.as_str().unwrap()).await;
    for id in &ids {
        redact(&alice, &room, id).await;
    }
    say(&alice, &room, "t2", "it goes on").await;
    assert_eq!(count(&alice, "goes").await, 1);
    // Words stay in the index until it forgets them, which comes with this and every day.
    command(&server, Command::ApplyRetention).await.unwrap();
    let after = Contents::of(&server);
    for word in WORDS.into_iter().chain(["ttroglodyt", "nnashorn"]) {
        assert_eq!(after.with_text(word), BTreeSet::new(), "{word}");
    }
    let invited = sync_client::first(&carl).await["rooms"]["invite"][&room]["invite_state"].clone();
    assert!(invited["events"].as_array().unwrap().len() > 3, "{invited}");
    server
}

async fn what_was_redacted_is_for_moderators_until_its_time(mut server: TestServer) -> TestServer {
    server.config.retention = Retention { redacted_days: 7, ..Retention::default() };
    server.restart().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let message = say(&bob, &room, "t1", MESSAGE).await;
    let edited = json!({
        "msgtype": "m.text", "body": EDIT, "m.new_content": { "msgtype": "m.text", "body": EDIT },
        "m.relates_to": { "rel_type": "m.replace", "event_id": message },
    });
    let edit = id(&put(&bob, &room, "m.room.message", "t2", edited).await.ok());
    let path = |event: &str, original: bool| {
        let query = if original { "?fi.mau.msc2815.include_unredacted_content=true" } else { "" };
        format!("/_matrix/client/v3/rooms/{room}/event/{event}{query}")
    };
    assert_eq!(alice.get(&path(&message, true)).await.ok()["content"]["body"], MESSAGE);
    for event in [&message, &edit] {
        redact(&alice, &room, event).await;
    }
    for (event, word) in [(&message, MESSAGE), (&edit, EDIT)] {
        let told = alice.get(&path(event, true)).await.ok();
        assert_eq!((&told["content"]["body"], &told["sender"]), (&json!(word), &json!(bob.user_id)));
        assert!(told["unsigned"]["redacted_because"].is_object());
        // Neither she nor anybody else is shown it where she has not asked for it.
        assert_eq!(alice.get(&path(event, false)).await.ok()["content"], json!({}));
        bob.get(&path(event, true)).await.error(403, "M_FORBIDDEN");
    }
    assert_eq!(count(&alice, MESSAGE).await + count(&bob, EDIT).await, 0);
    let messages = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b");
    for client in [&alice, &bob] {
        let (page, sync) = (client.get(&messages).await.ok().to_string(), sync_client::first(client).await);
        assert!(!page.contains(MESSAGE) && !sync.to_string().contains(MESSAGE));
    }
    let found = Contents::of(&server).with_text(MESSAGE);
    assert!(found.is_subset(&BTreeSet::from(KEPT_IN.map(str::to_owned))), "{found:?}");

    server.clock.advance_ms(7 * DAY_MS);
    let gone = alice.get(&path(&message, true)).await;
    gone.error(404, "FI.MAU.MSC2815_UNREDACTED_CONTENT_DELETED");
    command(&server, Command::ApplyRetention).await.unwrap();
    let after = Contents::of(&server);
    for word in [MESSAGE, EDIT] {
        assert_eq!(after.with_text(word), BTreeSet::new(), "{word}");
    }
    server
}

/// Backs a key up for each of `rooms`: where the keys are.
async fn keys_of(client: &Client, rooms: &[&String]) -> String {
    let version = json!({ "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {} });
    let version = client.post("/_matrix/client/v3/room_keys/version", version).await.ok();
    let keys = format!("/_matrix/client/v3/room_keys/keys?version={}", version["version"].as_str().unwrap());
    let key = json!({
        "first_message_index": 0, "forwarded_count": 0, "is_verified": true, "session_data": {},
    });
    let rooms = rooms.iter().map(|room| ((*room).clone(), json!({ "sessions": { "s": key } })));
    let rooms: serde_json::Map<String, Value> = rooms.collect();
    client.put(&keys, json!({ "rooms": rooms })).await.ok();
    keys
}

fn direct(client: &Client) -> String {
    format!("/_matrix/client/v3/user/{}/account_data/m.direct", client.user_id)
}

fn rule(room: &str) -> String {
    format!("/_matrix/client/v3/pushrules/global/room/{room}")
}

/// `client` talks with `friend` in both rooms, has wishes about them and backs up their keys: where these are.
async fn keeps(client: &Client, friend: &Client, rooms: [&String; 2]) -> String {
    client.put(&direct(client), json!({ friend.user_id.as_str(): rooms })).await.ok();
    for room in rooms {
        client.put(&rule(room), json!({ "actions": [] })).await.ok();
    }
    keys_of(client, &rooms).await
}

async fn keeps_only_the_other(client: &Client, friend: &Client, [gone, other]: [&String; 2], backup: &str) {
    let keys = client.get(backup).await.ok();
    assert_eq!(keys["rooms"].as_object().unwrap().keys().collect::<Vec<_>>(), [other]);
    let state = client.get("/_matrix/client/v3/room_keys/version").await.ok();
    assert_eq!((&state["count"], &state["etag"]), (&json!(1), &json!("2")), "clients see that keys went");
    assert_eq!(client.get(&direct(client)).await.ok(), json!({ friend.user_id.as_str(): [other] }));
    client.get(&rule(gone)).await.error(404, "M_NOT_FOUND");
    client.get(&rule(other)).await.ok();
}

/// The reports to administrators; the closed ones too where `all`.
async fn reports(server: &TestServer, all: bool) -> Vec<Report> {
    match command(server, Command::ListReports { after: 0, all }).await {
        Ok(Answer::Reports { reports }) => reports,
        other => panic!("{other:?}"),
    }
}

async fn send_files(client: &Client, room: &str, files: &[&String]) {
    for (number, file) in files.iter().enumerate() {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/f{number}");
        let content = json!({ "msgtype": "m.file", "body": "x", "url": format!("mxc:/{file}") });
        client.put(&path, content).await.ok();
    }
}

/// Alice made the room; Bob was away since `away`.
async fn nobody_finds(room: &str, alice: &Client, bob: &Client, away: &Value) {
    // Who was away is told that they have left, and finds nothing any more.
    let told = sync_client::next(bob, away).await;
    assert!(told["rooms"]["leave"][room].is_object(), "{told}");
    alice.get(&format!("/_matrix/client/v3/rooms/{room}/messages?dir=b")).await.error(403, "M_FORBIDDEN");
    bob.post(&format!("/_matrix/client/v3/join/{room}"), json!({})).await.error(403, "M_FORBIDDEN");
    bob.get("/_matrix/client/v3/directory/room/%23ffenchel:localhost").await.error(404, "M_NOT_FOUND");
    let listed = alice.get("/_matrix/client/v3/publicRooms").await.ok();
    assert_eq!(listed["chunk"], json!([]));
}

async fn nothing_is_left_of_a_deleted_room(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let carl = server.register("carl").await;
    let shared = alice.upload("text/plain", "shared").await;
    let (own, picture) = (alice.upload("text/plain", "own").await, alice.upload("text/plain", "me").await);
    let avatar = format!("/_matrix/client/v3/profile/{}/avatar_url", alice.user_id);
    alice.put(&avatar, json!({ "avatar_url": format!("mxc:/{picture}") })).await.ok();
    let state = json!([
        { "type": "org.example.odd", "state_key": "zzebra", "content": { "odd": "nnashorn" } },
        { "type": "m.room.avatar", "content": { "url": format!("mxc:/{own}") } },
    ]);
    let request = json!({
        "preset": "public_chat", "visibility": "public", "name": "ffenchel", "topic": "ttroglodyt",
        "room_alias_name": "ffenchel", "initial_state": state, "invite": [carl.user_id],
    });
    let room = create(&alice, request).await;
    let other = create(&alice, json!({ "preset": "public_chat", "name": "the other" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&bob, &other, "join", json!({})).await.ok();
    talk(&server, &alice, &bob, &room).await;
    send_files(&alice, &room, &[&shared, &own, &picture]).await;
    send_files(&alice, &other, &[&shared]).await;
    let tags = format!("/_matrix/client/v3/user/{}/rooms/{room}/tags/u.ggiraffe", bob.user_id);
    bob.put(&tags, json!({ "order": 0.5 })).await.ok();
    let report = format!("/_matrix/client/v3/rooms/{room}/report");
    bob.post(&report, json!({ "reason": "hhamster" })).await.ok();
    let backup = keeps(&bob, &alice, [&room, &other]).await;
    let away = sync_client::first(&bob).await;
    let words = WORDS.into_iter().chain(["ffenchel", "ttroglodyt", "nnashorn", "zzebra", "ggiraffe"]);
    let before = Contents::of(&server);
    for word in words.clone() {
        assert!(!before.with_text(word).is_empty(), "{word}");
    }

    let delete = Command::DeleteRoom {
        room: room.clone(),
        reason: Some("closed down".to_owned()),
        media: true,
        block: false,
    };
    let deleted = match command(&server, delete.clone()).await {
        Ok(Answer::RoomDeleted { deleted }) => deleted,
        other => panic!("{other:?}"),
    };
    assert_eq!((deleted.people, deleted.files), (3, 1), "{deleted:?}");
    keeps_only_the_other(&bob, &alice, [&room, &other], &backup).await;
    assert_eq!(reports(&server, false).await, [], "what it was about is dealt with");
    let report = reports(&server, true).await.remove(0);
    assert_eq!((report.room_id.as_ref(), report.reason.as_str()), (Some(&room), "hhamster"));
    assert!(deleted.events > 10, "{deleted:?}");
    let after = Contents::of(&server);
    for word in words {
        assert_eq!(after.with_text(word), BTreeSet::new(), "{word}");
    }
    for (file, status) in [(&own, 404), (&shared, 200), (&picture, 200)] {
        assert_eq!(alice.download(&format!("{DOWNLOAD}{file}")).await.status(), status);
    }
    nobody_finds(&room, &alice, &bob, &away).await;
    assert!(command(&server, Command::ShowRoom { room: room.clone() }).await.is_err());

    // Later nothing at all names it, and of the report is left that there was one.
    server.clock.advance_ms(31 * DAY_MS);
    server.restart().await;
    // The start does it by itself; whoever asks waits for it, and is told that there is nothing any more.
    let _ = command(&server, delete.clone()).await;
    command(&server, delete).await.unwrap_err();
    let after = Contents::of(&server);
    for text in [room.as_str(), "closed down", "hhamster"] {
        assert_eq!(after.with_text(text), BTreeSet::new(), "{text}");
    }
    let report = reports(&server, true).await.remove(0);
    assert_eq!((report.reporter.as_str(), report.room_id), (bob.user_id.as_str(), None));
    let bob = bob.at(&server);
    assert!(sync_client::first(&bob).await["rooms"]["join"][&other].is_object());
    assert_eq!(count(&bob, "other").await, 1);
    server
}

on_both_engines!(
    nothing_is_left_of_purged_messages,
    nothing_is_left_of_redacted_events,
    what_was_redacted_is_for_moderators_until_its_time,
    nothing_is_left_of_a_deleted_room,
);
