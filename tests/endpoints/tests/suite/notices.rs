//! What the server itself writes to people.

use herold_admin_api::{Command, ask};
use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::membership;

async fn send(server: &TestServer, name: &str, text: &str) -> Result<(), String> {
    let command = Command::SendNotice { name: name.to_owned(), text: text.to_owned() };
    let answer = ask(&server.data().join("herold.sock"), &command).await;
    answer.map(drop).map_err(|error| error.to_string())
}

async fn sync(client: &Client) -> Value {
    client.get("/_matrix/client/v3/sync").await.ok()["rooms"].clone()
}

async fn notices_come_in_one_room_that_nobody_refuses(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    send(&server, "alice", "first").await.unwrap();
    send(&server, "@alice:localhost", "second").await.unwrap();
    let rooms = sync(&alice).await;
    let invites = rooms["invite"].as_object().unwrap();
    assert_eq!(invites.len(), 1);
    let room = invites.keys().next().unwrap().clone();
    let tags = format!("/_matrix/client/v3/user/{}/rooms/{room}/tags", alice.user_id);
    assert_eq!(alice.get(&tags).await.ok(), json!({ "tags": { "m.server_notice": {} } }));
    let refused = membership(&alice, &room, "leave", json!({})).await;
    refused.error(403, "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM");
    membership(&alice, &room, "join", json!({})).await.ok();
    let told = sync(&alice).await["join"][&room].clone();
    let events = told["timeline"]["events"].as_array().unwrap();
    let texts: Vec<&Value> = events
        .iter()
        .filter(|event| event["sender"] == "@_notices:localhost" && event["type"] == "m.room.message")
        .map(|event| &event["content"]["body"])
        .collect();
    assert_eq!(texts, ["first", "second"], "whoever is asked in sees what was said before");
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/t");
    alice.put(&path, json!({ "msgtype": "m.text", "body": "no" })).await.error(403, "M_FORBIDDEN");

    membership(&alice, &room, "leave", json!({})).await.ok();
    assert!(sync(&alice).await["invite"].as_object().is_none_or(|invites| invites.is_empty()));
    send(&server, "alice", "third").await.unwrap();
    let invites = sync(&alice).await["invite"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(invites, [room], "the same room again");
    for nobody in ["nobody", "_notices", "@alice:elsewhere.example"] {
        assert!(send(&server, nobody, "x").await.is_err(), "{nobody}");
    }
    let request = json!({
        "username": "_notices", "password": herold_endpoint_tests::PASSWORD, "auth": { "type": "m.login.dummy" },
    });
    server.visitor().post("/_matrix/client/v3/register", request).await.error(400, "M_INVALID_USERNAME");
    server
}

on_both_engines!(notices_come_in_one_room_that_nobody_refuses);
