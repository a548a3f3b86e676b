//! A client that speaks sliding sync: what its tests share.

use herold_endpoint_tests::{Answer, Client};
use serde_json::{Value, json};

/// Where current clients ask.
pub(crate) const UNSTABLE: &str = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";
/// Where MSC4186 was accepted.
pub(crate) const MERGED: &str = "/_matrix/client/v4/sync";

/// Asks in the unstable spelling; `query` is a list of parameters.
pub(crate) async fn ask(client: &Client, query: &[(&str, &str)], body: &Value) -> Answer {
    let mut request = client.raw(http::Method::POST, UNSTABLE).query(query).json(body);
    if let Some(token) = &client.token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    Answer { status, body: serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null) }
}

/// A first request.
pub(crate) async fn first(client: &Client, body: &Value) -> Value {
    ask(client, &[], body).await.ok()
}

/// What came after an answer, without waiting.
pub(crate) async fn next(client: &Client, before: &Value, body: &Value) -> Value {
    ask(client, &[("pos", pos(before))], body).await.ok()
}

/// What comes after an answer; waits for it.
pub(crate) async fn wait(client: &Client, before: &Value, body: &Value) -> Value {
    ask(client, &[("pos", pos(before)), ("timeout", "30000")], body).await.ok()
}

/// Where an answer ends.
pub(crate) fn pos(answer: &Value) -> &str {
    answer["pos"].as_str().unwrap()
}

/// A request for one list of all rooms up to `last`.
pub(crate) fn list(last: usize, limit: usize, required_state: &Value) -> Value {
    json!({ "lists": { "all": list_of(last, limit, required_state) } })
}

/// A list of all rooms up to `last`.
pub(crate) fn list_of(last: usize, limit: usize, required_state: &Value) -> Value {
    json!({ "ranges": [[0, last]], "timeline_limit": limit, "required_state": required_state })
}

/// The rooms of an answer.
pub(crate) fn rooms(answer: &Value) -> Vec<&str> {
    answer["rooms"].as_object().unwrap().keys().map(String::as_str).collect()
}

/// The bodies of the messages in a room's timeline.
pub(crate) fn bodies(room: &Value) -> Vec<&str> {
    let events = room["timeline"].as_array().map(Vec::as_slice).unwrap_or_default();
    events.iter().filter_map(|event| event["content"]["body"].as_str()).collect()
}

/// Types and state keys of a room's required state, in order of type and key.
pub(crate) fn states(room: &Value) -> Vec<(&str, &str)> {
    let events = room["required_state"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut keys: Vec<_> = events
        .iter()
        .map(|event| (event["type"].as_str().unwrap(), event["state_key"].as_str().unwrap()))
        .collect();
    keys.sort_unstable();
    keys
}

/// Whose member events are in a room's required state.
pub(crate) fn members(room: &Value) -> Vec<&str> {
    states(room).into_iter().filter(|(kind, _)| *kind == "m.room.member").map(|(_, user)| user).collect()
}

/// Without what passes between two answers that are otherwise the same.
pub(crate) fn without_ages(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.remove("age");
            fields.values_mut().for_each(|field| *field = without_ages(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_ages(item.take())),
        _ => {}
    }
    value
}
