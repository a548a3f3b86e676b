//! A person or stranger at the other end of HTTP.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::PASSWORD;

use crate::TestServer;

/// Somebody who asks a server, signed in or not.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// The access token, once signed in.
    pub token: Option<String>,
    /// The user id, once signed in.
    pub user_id: String,
    /// The device id, once signed in.
    pub device_id: String,
}

/// What a server said.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The JSON body; null where the body is not JSON.
    pub body: Value,
}

impl Client {
    pub(crate) fn new(base: String) -> Self {
        // One build of reqwest serves all tests, and it wants to be told whose cryptography TLS uses. An error
        // means that it was told already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { http, base, token: None, user_id: String::new(), device_id: String::new() }
    }

    /// The same client, signed in as the answer `body` of a registration or a login says.
    pub fn signed_in(mut self, body: &Value) -> Self {
        let text = |field: &str| body[field].as_str().map(str::to_owned);
        self.token = text("access_token");
        self.user_id = text("user_id").unwrap_or_default();
        self.device_id = text("device_id").unwrap_or_default();
        self
    }

    /// The same client at `server`, which was started again and listens elsewhere.
    pub fn at(&self, server: &TestServer) -> Self {
        Self { base: server.visitor().base, ..self.clone() }
    }

    /// The server's base URL.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Asks `path` (from the slash on, already percent-encoded) with an optional JSON body.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let bytes = response.bytes().await.unwrap();
        Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, Some(body)).await
    }

    /// DELETE, with a JSON body where given.
    pub async fn delete(&self, path: &str, body: Option<Value>) -> Answer {
        self.ask(Method::DELETE, path, body).await
    }

    /// Proof of this person's password, for the field `auth` of a request.
    pub fn proof(&self) -> Value {
        let identifier = json!({ "type": "m.id.user", "user": self.user_id });
        json!({ "type": "m.login.password", "identifier": identifier, "password": PASSWORD })
    }

    /// A raw HTTP request builder for what the other methods cannot say: headers, odd bodies.
    pub fn raw(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }
}

impl Answer {
    /// The body of a success; anything else fails the test.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// Checks that this is the error `status` `errcode`, and gives its body.
    #[track_caller]
    pub fn error(self, status: u16, errcode: &str) -> Value {
        assert_eq!(
            (self.status.as_u16(), self.body["errcode"].as_str()),
            (status, Some(errcode)),
            "{}",
            self.body
        );
        self.body
    }
}
