//! The part of the client-server API that the loads need, over plain HTTP/1.1.

mod files;

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::LoadError;

/// Longest wait for one answer; a synchronisation of a large account may take its time.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);
/// Bytes of a refusal that are shown.
const REFUSAL_BYTES_MAX: usize = 300;
/// Password of every account: nobody signs in with it.
const PASSWORD: &str = "load-test-password";

/// An account and the token of its one device.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub struct Account {
    /// Full user id.
    pub user_id: String,
    /// Access token.
    pub access_token: String,
}

/// A server under load. Clones share its connections.
#[derive(Clone)]
pub struct Api {
    base: String,
    client: Client<HttpConnector, Full<Bytes>>,
    files: Client<HttpConnector, files::FileBody>,
}

#[derive(Deserialize)]
struct Created {
    room_id: String,
}

#[derive(Deserialize)]
struct NextBatch {
    next_batch: String,
}

impl Api {
    /// A server at `base`, as in `http://127.0.0.1:8008`.
    pub fn new(base: &str) -> Result<Self, LoadError> {
        let base = base.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") {
            return Err(LoadError::Address(base));
        }
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let files = Client::builder(TokioExecutor::new()).build(connector.clone());
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { base, client, files })
    }

    /// Sends a request and returns the body of a 200.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Bytes, LoadError> {
        // Paths carry ids, never tokens: they may be shown.
        let name = format!("{method} {}", path.split('?').next().unwrap_or(path));
        let transport = |reason: String| LoadError::Transport { request: name.clone(), reason };
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| transport(error.to_string()))?;
        let answer = async {
            let response = self.client.request(request).await.map_err(|error| error.to_string())?;
            let status = response.status();
            let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
            Ok::<_, String>((status, body.to_bytes()))
        };
        let (status, body) = tokio::time::timeout(REQUEST_TIMEOUT, answer)
            .await
            .map_err(|_| transport(format!("no answer within {} s", REQUEST_TIMEOUT.as_secs())))?
            .map_err(transport)?;
        match status.as_u16() {
            200 => Ok(body),
            429 => Err(LoadError::RateLimited(name)),
            status => {
                let shown = &body[..body.len().min(REFUSAL_BYTES_MAX)];
                let body = String::from_utf8_lossy(shown).into_owned();
                Err(LoadError::Refused { request: name, status, body })
            }
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<T, LoadError> {
        let answer = self.request(method, path, token, body).await?;
        parse(path, &answer)
    }

    /// Name and version of the server's software; empty where it does not say.
    pub async fn server_version(&self) -> Result<String, LoadError> {
        let path = "/_matrix/federation/v1/version";
        let Ok(answer) = self.request(Method::GET, path, None, None).await else { return Ok(String::new()) };
        let answer: Value = parse(path, &answer)?;
        let part = |name: &str| answer["server"][name].as_str().unwrap_or_default().to_owned();
        Ok(format!("{} {}", part("name"), part("version")).trim().to_owned())
    }

    /// Registers an account.
    pub async fn register(&self, username: &str) -> Result<Account, LoadError> {
        let body = json!({
            "username": username,
            "password": PASSWORD,
            "auth": { "type": "m.login.dummy" },
        });
        self.ask(Method::POST, "/_matrix/client/v3/register", None, Some(&body)).await
    }

    /// Whether the account's token is still good.
    pub async fn is_signed_in(&self, account: &Account) -> bool {
        let path = "/_matrix/client/v3/account/whoami";
        self.request(Method::GET, path, Some(&account.access_token), None).await.is_ok()
    }

    /// Creates a room that everybody on the server may join; returns its id.
    pub async fn create_room(&self, owner: &Account) -> Result<String, LoadError> {
        let body = json!({ "preset": "public_chat", "name": "load test" });
        let path = "/_matrix/client/v3/createRoom";
        let created: Created = self.ask(Method::POST, path, Some(&owner.access_token), Some(&body)).await?;
        Ok(created.room_id)
    }

    /// Joins a room.
    pub async fn join(&self, account: &Account, room: &str) -> Result<(), LoadError> {
        let path = format!("/_matrix/client/v3/rooms/{room}/join");
        self.request(Method::POST, &path, Some(&account.access_token), Some(&json!({}))).await.map(drop)
    }

    /// Sends a text; `transaction` must be new for the account.
    pub async fn send(
        &self,
        account: &Account,
        room: &str,
        transaction: &str,
        body: &str,
    ) -> Result<(), LoadError> {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}");
        let content = json!({ "msgtype": "m.text", "body": body });
        self.request(Method::PUT, &path, Some(&account.access_token), Some(&content)).await.map(drop)
    }

    /// Synchronises with `query` after the question mark; returns the answer as it came.
    pub async fn sync(&self, account: &Account, query: &str) -> Result<Bytes, LoadError> {
        let path = format!("/_matrix/client/v3/sync?{query}");
        self.request(Method::GET, &path, Some(&account.access_token), None).await
    }

    /// A token of now, without reading anything.
    pub async fn sync_position(&self, account: &Account) -> Result<String, LoadError> {
        let nothing = json!({
            "room": { "timeline": { "limit": 0 }, "state": { "types": [] } },
            "presence": { "types": [] },
        });
        let query =
            format!("timeout=0&set_presence=offline&filter={}", percent_encoded(&nothing.to_string()));
        next_batch(&self.sync(account, &query).await?)
    }
}

/// Where the next synchronisation goes on.
pub fn next_batch(answer: &[u8]) -> Result<String, LoadError> {
    Ok(parse::<NextBatch>("/sync", answer)?.next_batch)
}

fn parse<T: DeserializeOwned>(path: &str, answer: &[u8]) -> Result<T, LoadError> {
    serde_json::from_slice(answer)
        .map_err(|error| LoadError::Answer { request: path.to_owned(), reason: error.to_string() })
}

/// For use in a query: everything but letters and digits becomes %XX.
pub fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(encode).collect()
}
