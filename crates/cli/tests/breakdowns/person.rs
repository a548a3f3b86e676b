//! Somebody who asks a server that may be gone at any moment.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::running::Running;

/// A signed-in device.
#[derive(Clone)]
pub(crate) struct Person {
    http: Client,
    url: String,
    token: String,
    pub(crate) user_id: String,
    pub(crate) device_id: String,
}

impl Person {
    /// A new account on `server`.
    pub(crate) async fn register(server: &Running, name: &str) -> Self {
        // One build of reqwest serves all tests, and it wants to be told whose cryptography TLS uses. An error
        // means that it was told already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let http = Client::builder().no_proxy().build().unwrap();
        let mut person = Self {
            http,
            url: server.url.clone(),
            token: String::new(),
            user_id: String::new(),
            device_id: String::new(),
        };
        let body = json!({
            "username": name, "password": "correct horse battery", "auth": { "type": "m.login.dummy" },
        });
        let answer = person.done(Method::POST, "v3/register", Some(body)).await;
        let text = |field: &str| answer[field].as_str().unwrap().to_owned();
        (person.token, person.user_id, person.device_id) =
            (text("access_token"), text("user_id"), text("device_id"));
        person
    }

    /// The same device, at the server that was started again.
    pub(crate) fn at(&self, server: &Running) -> Self {
        Self { url: server.url.clone(), ..self.clone() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/_matrix/{path}", self.url)).bearer_auth(&self.token)
    }

    /// Status and body of an answer from `/_matrix/client/{path}`; `None` when the server is gone.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Option<(u16, Value)> {
        let mut request = self.request(method, &format!("client/{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        Some((status, response.json().await.ok()?))
    }

    /// The body of a success; `None` when the server is gone. An error fails the test.
    pub(crate) async fn answered(&self, method: Method, path: &str, body: Option<Value>) -> Option<Value> {
        let (status, body) = self.ask(method, path, body).await?;
        assert_eq!(status, 200, "{path}: {body}");
        Some(body)
    }

    /// The body of a success; anything else fails the test.
    pub(crate) async fn done(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        self.answered(method, path, body).await.unwrap_or_else(|| panic!("{path}: the server is gone"))
    }

    /// A new private room.
    pub(crate) async fn create_room(&self) -> String {
        let answer = self.done(Method::POST, "v3/createRoom", Some(json!({}))).await;
        answer["room_id"].as_str().unwrap().to_owned()
    }

    /// Bodies of all messages of a room with their event ids, oldest first.
    pub(crate) async fn all_messages(&self, room: &str) -> Vec<(String, String)> {
        let (mut found, mut from) = (Vec::new(), String::new());
        loop {
            let path = format!("v3/rooms/{room}/messages?dir=f&limit=500{from}");
            let page = self.done(Method::GET, &path, None).await;
            found.extend(messages_in(&page["chunk"]));
            match page["end"].as_str() {
                Some(end) => from = format!("&from={end}"),
                None => return found,
            }
        }
    }
}

/// Path and body of a message whose text is its own transaction id.
pub(crate) fn message(room: &str, text: &str) -> (String, Option<Value>) {
    let path = format!("v3/rooms/{room}/send/m.room.message/{text}");
    (path, Some(json!({ "msgtype": "m.text", "body": text })))
}

/// Texts and event ids of the messages in a list of events.
pub(crate) fn messages_in(events: &Value) -> Vec<(String, String)> {
    let message = |event: &Value| {
        let body = event["content"]["body"].as_str()?;
        Some((body.to_owned(), event["event_id"].as_str()?.to_owned()))
    };
    events.as_array().into_iter().flatten().filter_map(message).collect()
}
