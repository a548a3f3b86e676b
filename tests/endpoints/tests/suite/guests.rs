//! Guests: how they come, what they may do, and how they become people with accounts.

use herold_admin_api::{Answer, Command, ask};
use herold_endpoint_tests::{Client, Contents, PASSWORD, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

const REGISTER: &str = "/_matrix/client/v3/register";

/// A server that has guests.
async fn open_to_guests(server: &mut TestServer) {
    server.config.registration.guests = true;
    server.config.url_previews.enabled = true;
    server.restart().await;
}

async fn guest(server: &TestServer) -> Client {
    let visitor = server.visitor();
    let said = json!({ "initial_device_display_name": "Phone", "username": "ignored", "password": "short" });
    visitor.clone().signed_in(&visitor.post(&format!("{REGISTER}?kind=guest"), said).await.ok())
}

/// A room that anybody may join, guests among them, and that everybody may read.
async fn open_room(alice: &Client) -> String {
    let state = json!([
        { "type": "m.room.guest_access", "content": { "guest_access": "can_join" } },
        { "type": "m.room.history_visibility", "content": { "history_visibility": "world_readable" } },
    ]);
    create(alice, json!({ "preset": "public_chat", "initial_state": state })).await
}

async fn without_guests_nobody_is_one(server: TestServer) -> TestServer {
    let answer = server.visitor().post(&format!("{REGISTER}?kind=guest"), json!({})).await;
    answer.error(403, "M_GUEST_ACCESS_FORBIDDEN");
    server
}

async fn a_guest_reads_joins_and_writes_where_guests_may(mut server: TestServer) -> TestServer {
    open_to_guests(&mut server).await;
    let alice = server.register("alice").await;
    let room = open_room(&alice).await;
    let event = say(&alice, &room, "hello", "hello").await;
    let guest = guest(&server).await;
    assert!(!guest.user_id.contains("ignored") && !guest.device_id.is_empty());
    let me = guest.get("/_matrix/client/v3/account/whoami").await.ok();
    assert_eq!((&me["user_id"], &me["is_guest"]), (&json!(guest.user_id), &json!(true)));
    let here = |path: &str| format!("/_matrix/client/v3/rooms/{room}/{path}");
    for path in [
        "state",
        "state/m.room.create/",
        "messages?dir=b",
        "members",
        &format!("event/{event}"),
        "initialSync",
    ] {
        guest.get(&here(path)).await.ok();
    }
    membership(&guest, &room, "join", json!({})).await.ok();
    say(&guest, &room, "hi", "hi").await;
    guest.get("/_matrix/client/v3/sync").await.ok();
    let name = format!("/_matrix/client/v3/profile/{}/displayname", guest.user_id);
    guest.put(&name, json!({ "displayname": "Visitor" })).await.ok();
    guest.delete(&name, None).await.ok();
    guest.post("/_matrix/client/v3/keys/query", json!({ "device_keys": {} })).await.ok();
    membership(&guest, &room, "leave", json!({})).await.ok();
    guest.post("/_matrix/client/v3/join/!nothing:localhost", json!({})).await.error(404, "M_NOT_FOUND");
    guest.post("/_matrix/client/v3/logout", json!({})).await.ok();
    guest.get("/_matrix/client/v3/account/whoami").await.error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn a_guest_does_nothing_else(mut server: TestServer) -> TestServer {
    open_to_guests(&mut server).await;
    let alice = server.register("alice").await;
    let closed = create(&alice, json!({ "preset": "public_chat" })).await;
    let guest = guest(&server).await;
    membership(&guest, &closed, "join", json!({})).await.error(403, "M_GUEST_ACCESS_FORBIDDEN");
    let me = &guest.user_id;
    let requests = [
        (Method::POST, "/_matrix/client/v3/createRoom".to_owned()),
        (Method::POST, format!("/_matrix/client/v3/rooms/{closed}/invite")),
        (Method::PUT, format!("/_matrix/client/v3/profile/{me}/avatar_url")),
        (Method::PUT, format!("/_matrix/client/v3/user/{me}/account_data/org.example")),
        (Method::POST, "/_matrix/client/v3/user_directory/search".to_owned()),
        (Method::POST, "/_matrix/client/v3/pushers/set".to_owned()),
        (Method::POST, "/_matrix/media/v3/upload".to_owned()),
        (Method::GET, "/_matrix/client/v1/media/preview_url?url=https://example.org".to_owned()),
        (Method::GET, "/_matrix/media/v3/preview_url?url=https://example.org".to_owned()),
    ];
    for (method, path) in requests {
        let body = (method != Method::GET).then(|| json!({}));
        guest.ask(method, &path, body).await.error(403, "M_GUEST_ACCESS_FORBIDDEN");
    }
    server
}

async fn a_room_that_closes_to_guests_is_left_by_them(mut server: TestServer) -> TestServer {
    open_to_guests(&mut server).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = open_room(&alice).await;
    let guest = guest(&server).await;
    for client in [&bob, &guest] {
        membership(client, &room, "join", json!({})).await.ok();
    }
    let access = format!("/_matrix/client/v3/rooms/{room}/state/m.room.guest_access/");
    alice.put(&access, json!({ "guest_access": "can_join" })).await.ok();
    let members = async || {
        let joined = alice.get(&format!("/_matrix/client/v3/rooms/{room}/joined_members")).await.ok();
        joined["joined"].as_object().unwrap().len()
    };
    assert_eq!(members().await, 3);
    alice.put(&access, json!({ "guest_access": "forbidden" })).await.ok();
    assert_eq!(members().await, 2, "only the guest is gone");
    membership(&guest, &room, "join", json!({})).await.error(403, "M_GUEST_ACCESS_FORBIDDEN");
    server
}

async fn a_guest_becomes_a_person_with_an_account(mut server: TestServer) -> TestServer {
    open_to_guests(&mut server).await;
    let (guest, other) = (guest(&server).await, guest(&server).await);
    let localpart = guest.user_id.trim_start_matches('@').split(':').next().unwrap().to_owned();
    let form = |name: &str, token: &Option<String>| {
        json!({
            "username": name, "password": PASSWORD, "guest_access_token": token,
            "auth": { "type": "m.login.dummy" },
        })
    };
    let visitor = server.visitor();
    let without_token = form(&localpart, &None);
    visitor.post(REGISTER, without_token).await.error(400, "M_USER_IN_USE");
    visitor.post(REGISTER, form(&localpart, &other.token)).await.error(403, "M_FORBIDDEN");
    visitor.post(REGISTER, form("another", &guest.token)).await.error(403, "M_FORBIDDEN");
    let alice = server.register("alice").await;
    visitor.post(REGISTER, form("alice", &alice.token)).await.error(403, "M_FORBIDDEN");

    let body = visitor.post(REGISTER, form(&localpart, &guest.token)).await.ok();
    assert_eq!(body["user_id"], guest.user_id);
    let person = server.visitor().signed_in(&body);
    create(&person, json!({})).await;
    let me = guest.get("/_matrix/client/v3/account/whoami").await.ok();
    assert!(
        me.get("is_guest").is_none_or(|guest| *guest == Value::Bool(false)),
        "the old device is theirs, too"
    );
    server.sign_in(&localpart, None).await;
    visitor.post(REGISTER, form(&localpart, &guest.token)).await.error(403, "M_FORBIDDEN");
    server
}

async fn guests_who_do_not_come_back_are_tidied_away(mut server: TestServer) -> TestServer {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    server.config.registration.guests_kept_days = 30;
    open_to_guests(&mut server).await;
    let alice = server.register("alice").await;
    let room = open_room(&alice).await;
    let (gone, there, upgraded) = (guest(&server).await, guest(&server).await, guest(&server).await);
    for guest in [&gone, &there, &upgraded] {
        membership(guest, &room, "join", json!({})).await.ok();
    }
    let close = async || match ask(&server.data().join("herold.sock"), &Command::CloseOldGuests).await {
        Ok(Answer::GuestsClosed { guests }) => guests,
        other => panic!("{other:?}"),
    };
    let name = upgraded.user_id[1..].split(':').next().unwrap().to_owned();
    let request = json!({
        "username": name, "password": PASSWORD, "guest_access_token": upgraded.token,
        "auth": { "type": "m.login.dummy" },
    });
    server.visitor().post(REGISTER, request).await.ok();
    server.clock.advance_ms(29 * DAY_MS);
    assert_eq!(close().await, 0);
    there.get("/_matrix/client/v3/account/whoami").await.ok();
    server.clock.advance_ms(2 * DAY_MS);
    assert_eq!(close().await, 1, "one was seen meanwhile, and one is no guest any more");
    assert_eq!(close().await, 0);
    gone.get("/_matrix/client/v3/account/whoami").await.error(401, "M_UNKNOWN_TOKEN");
    there.get("/_matrix/client/v3/account/whoami").await.ok();
    let members = format!("/_matrix/client/v3/rooms/{room}/joined_members");
    let members = alice.get(&members).await.ok()["joined"].as_object().unwrap().clone();
    assert_eq!(members.len(), 3);
    assert!(!members.contains_key(&gone.user_id) && members.contains_key(&upgraded.user_id));
    assert!(!Contents::of(&server).with_text(&gone.device_id).contains("devices.device_id"));
    server
}

on_both_engines!(
    without_guests_nobody_is_one,
    a_guest_reads_joins_and_writes_where_guests_may,
    a_guest_does_nothing_else,
    a_room_that_closes_to_guests_is_left_by_them,
    a_guest_becomes_a_person_with_an_account,
    guests_who_do_not_come_back_are_tidied_away,
);
