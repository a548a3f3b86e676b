//! A client that relates events to each other: what the tests of relations share.

use herold_endpoint_tests::{Answer, Client};
use serde_json::{Value, json};

/// Sends an event and gives the answer.
pub(crate) async fn put(
    client: &Client,
    room: &str,
    kind: &str,
    transaction: &str,
    content: Value,
) -> Answer {
    client.put(&format!("/_matrix/client/v3/rooms/{room}/send/{kind}/{transaction}"), content).await
}

/// Sends a text that relates to `parent`, and gives the event's id. The text is the transaction id.
pub(crate) async fn relate(client: &Client, room: &str, text: &str, rel_type: &str, parent: &str) -> String {
    let content = json!({
        "msgtype": "m.text", "body": text, "m.relates_to": { "rel_type": rel_type, "event_id": parent },
    });
    id(&put(client, room, "m.room.message", text, content).await.ok())
}

/// Edits `parent`.
pub(crate) async fn edit(client: &Client, room: &str, text: &str, parent: &str) -> String {
    let content = json!({
        "msgtype": "m.text", "body": format!("* {text}"),
        "m.new_content": { "msgtype": "m.text", "body": text },
        "m.relates_to": { "rel_type": "m.replace", "event_id": parent },
    });
    id(&put(client, room, "m.room.message", text, content).await.ok())
}

/// Annotates `parent` with `key`.
pub(crate) async fn annotate(
    client: &Client,
    room: &str,
    transaction: &str,
    key: &str,
    parent: &str,
) -> Answer {
    let relation = json!({ "rel_type": "m.annotation", "event_id": parent, "key": key });
    put(client, room, "m.reaction", transaction, json!({ "m.relates_to": relation })).await
}

/// Takes an event back.
pub(crate) async fn redact(client: &Client, room: &str, event: &str) {
    let path = format!("/_matrix/client/v3/rooms/{room}/redact/{}/r{}", encoded(event), &event[1..6]);
    client.put(&path, json!({})).await.ok();
}

/// Ignores these users and nobody else.
pub(crate) async fn ignore(client: &Client, users: &[&Client]) {
    let ignored: serde_json::Map<String, Value> =
        users.iter().map(|user| (user.user_id.clone(), json!({}))).collect();
    let path = format!("/_matrix/client/v3/user/{}/account_data/m.ignored_user_list", client.user_id);
    client.put(&path, json!({ "ignored_users": ignored })).await.ok();
}

/// One event.
pub(crate) async fn event(client: &Client, room: &str, event: &str) -> Value {
    client.get(&format!("/_matrix/client/v3/rooms/{room}/event/{}", encoded(event))).await.ok()
}

/// What is bundled with an event; null for nothing.
pub(crate) async fn bundle(client: &Client, room: &str, id: &str) -> Value {
    event(client, room, id).await["unsigned"]["m.relations"].clone()
}

/// The children of an event; `rest` is the rest of the path with its query.
pub(crate) async fn children(client: &Client, room: &str, parent: &str, rest: &str) -> Answer {
    client.get(&format!("/_matrix/client/v1/rooms/{room}/relations/{}{rest}", encoded(parent))).await
}

/// The threads of a room.
pub(crate) async fn threads(client: &Client, room: &str, query: &str) -> Answer {
    client.get(&format!("/_matrix/client/v1/rooms/{room}/threads{query}")).await
}

/// The ids of the events in `chunk`.
pub(crate) fn ids(answer: &Value) -> Vec<String> {
    answer["chunk"].as_array().unwrap().iter().map(id).collect()
}

/// An event's id.
pub(crate) fn id(value: &Value) -> String {
    value["event_id"].as_str().unwrap().to_owned()
}

/// An event id in a path.
pub(crate) fn encoded(event: &str) -> String {
    event.replace('/', "%2F").replace('+', "%2B")
}
