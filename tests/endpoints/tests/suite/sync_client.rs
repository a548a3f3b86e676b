//! A client that syncs: what the sync tests share.

use herold_endpoint_tests::{Answer, Client};
use serde_json::Value;

/// A sync with these query parameters, which are encoded here.
pub(crate) async fn ask(client: &Client, parameters: &[(&str, &str)]) -> Answer {
    let mut request = client.raw(http::Method::GET, "/_matrix/client/v3/sync").query(parameters);
    if let Some(token) = &client.token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    let body = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null);
    Answer { status, body }
}

/// A first sync.
pub(crate) async fn first(client: &Client) -> Value {
    ask(client, &[]).await.ok()
}

/// What came after an answer, without waiting.
pub(crate) async fn next(client: &Client, before: &Value) -> Value {
    ask(client, &[("since", token(before))]).await.ok()
}

/// What comes after an answer; waits for it.
pub(crate) async fn wait(client: &Client, before: &Value) -> Value {
    ask(client, &[("since", token(before)), ("timeout", "30000")]).await.ok()
}

/// Where an answer ends.
pub(crate) fn token(answer: &Value) -> &str {
    answer["next_batch"].as_str().unwrap()
}

/// A room the user is in.
pub(crate) fn joined<'a>(answer: &'a Value, room: &str) -> &'a Value {
    &answer["rooms"]["join"][room]
}

/// The bodies of the messages in a room's timeline.
pub(crate) fn bodies(room: &Value) -> Vec<&str> {
    let events = room["timeline"]["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    events.iter().filter_map(|event| event["content"]["body"].as_str()).collect()
}

/// Types and state keys of a list of events, in order of type and key.
pub(crate) fn keys(events: &Value) -> Vec<(String, String)> {
    let events = events["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let mut keys: Vec<_> =
        events.iter().map(|event| (text(event, "type"), text(event, "state_key"))).collect();
    keys.sort();
    keys
}

/// The member events among `events`: whom they are about.
pub(crate) fn members(events: &Value) -> Vec<String> {
    keys(events).into_iter().filter(|(kind, _)| kind == "m.room.member").map(|(_, user)| user).collect()
}

/// The content of the event of this type.
pub(crate) fn content_of<'a>(events: &'a Value, kind: &str) -> &'a Value {
    let events = events["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    events.iter().find(|event| event["type"] == kind).map_or(&Value::Null, |event| &event["content"])
}
