//! A policy server: checks who asks, and says to each event what the test wants. It signs by ruma's own algorithms,
//! not by those of the server under test.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use ruma::api::federation::authentication::XMatrix;
use ruma::canonical_json::redact;
use ruma::room_version_rules::RoomVersionRules;
use ruma::signatures::{Ed25519KeyPair, PublicKeyMap, sign_json};
use ruma::{CanonicalJsonObject, OwnedServerName};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{Authority, RemoteServer};

/// Bytes of an event that are read at most.
const EVENT_MAX: usize = 1024 * 1024;

/// What the policy server says to an event.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It signs.
    Sign,
    /// It signs with a key that the room does not name.
    SignByAnother,
    /// It signs when [`PolicyServer::release`] is called, once for each call.
    Wait,
    /// It answers something else.
    Say(u16, String),
}

/// A question that came.
#[derive(Debug)]
pub struct Asked {
    /// The event that is to be signed.
    pub event: Value,
    /// The server that asks, by its signature.
    pub origin: OwnedServerName,
}

/// A policy server that is running.
pub struct PolicyServer {
    server: RemoteServer,
    serving: Arc<Serving>,
    asked: UnboundedReceiver<Asked>,
    document: Vec<u8>,
}

struct Serving {
    name: Mutex<Option<OwnedServerName>>,
    key: Ed25519KeyPair,
    other_key: Ed25519KeyPair,
    rules: RoomVersionRules,
    /// The keys of those who may ask; without them everybody may.
    askers: Option<PublicKeyMap>,
    verdict: Mutex<Verdict>,
    gate: Semaphore,
    asked: UnboundedSender<Asked>,
}

impl PolicyServer {
    /// Starts one for rooms under `rules` that signs everything. With `askers` it wants their signature.
    pub async fn start(authority: &Authority, rules: RoomVersionRules, askers: Option<PublicKeyMap>) -> Self {
        let (sender, asked) = unbounded_channel();
        let document = Ed25519KeyPair::generate().to_vec();
        let key = |document: &[u8]| Ed25519KeyPair::from_der(document, "policy_server".to_owned()).unwrap();
        let serving = Arc::new(Serving {
            name: Mutex::new(None),
            key: key(&document),
            other_key: key(&Ed25519KeyPair::generate()),
            rules,
            askers,
            verdict: Mutex::new(Verdict::Sign),
            gate: Semaphore::new(0),
            asked: sender,
        });
        let router =
            Router::new().route("/_matrix/policy/v1/sign", post(sign)).with_state(Arc::clone(&serving));
        let server = authority.serve("127.0.0.1", router).await;
        let name = OwnedServerName::try_from(server.address.to_string()).unwrap();
        *serving.name.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
        Self { server, serving, asked, document }
    }

    /// The server's name: its address.
    pub fn name(&self) -> OwnedServerName {
        self.server.address.to_string().try_into().unwrap()
    }

    /// The content of the `m.room.policy` that names it.
    pub fn content(&self) -> Value {
        let key = Ed25519KeyPair::from_der(&self.document, "policy_server".to_owned()).unwrap();
        let key = ruma::serde::Base64::<ruma::serde::base64::Standard, _>::new(key.public_key().to_vec());
        json!({ "via": self.name(), "public_keys": { "ed25519": key.encode() } })
    }

    /// From now on it says this.
    pub fn say(&self, verdict: Verdict) {
        *self.serving.verdict.lock().unwrap_or_else(PoisonError::into_inner) = verdict;
    }

    /// From now on it refuses, in these words.
    pub fn refuse(&self, status: u16, body: &Value) {
        self.say(Verdict::Say(status, body.to_string()));
    }

    /// Lets it answer one question that waits.
    pub fn release(&self) {
        self.serving.gate.add_permits(1);
    }

    /// The next question, once it comes.
    pub async fn asked(&mut self) -> Asked {
        self.asked.recv().await.unwrap()
    }

    /// The questions that came and were not looked at.
    pub fn unread(&self) -> usize {
        self.asked.len()
    }
}

async fn sign(State(serving): State<Arc<Serving>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, EVENT_MAX).await.unwrap();
    let request = http::Request::from_parts(parts, body);
    match serving.read(&request) {
        Ok((asked, event)) => {
            // Before the test hears of the question: what it wants from then on is meant for the next one.
            let verdict = serving.verdict.lock().unwrap_or_else(PoisonError::into_inner).clone();
            serving.asked.send(asked).unwrap();
            serving.answer(event, verdict).await
        }
        Err(reason) => answer(401, json!({ "errcode": "M_UNAUTHORIZED", "error": reason }).to_string()),
    }
}

impl Serving {
    fn read(&self, request: &http::Request<bytes::Bytes>) -> Result<(Asked, CanonicalJsonObject), String> {
        let name = self.name.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap();
        let header = request.headers().get("authorization").ok_or("no authorization")?;
        let signed = XMatrix::try_from(header).map_err(|error| error.to_string())?;
        if signed.destination.as_ref() != Some(&name) || request.headers()["host"] != name.as_str() {
            return Err("meant for another server".to_owned());
        }
        if let Some(askers) = &self.askers {
            signed.verify_request(request, &name, askers).map_err(|error| error.to_string())?;
        }
        let event: CanonicalJsonObject =
            serde_json::from_slice(request.body()).map_err(|error| error.to_string())?;
        Ok((Asked { event: serde_json::to_value(&event).unwrap(), origin: signed.origin }, event))
    }

    async fn answer(&self, event: CanonicalJsonObject, verdict: Verdict) -> Response {
        match verdict {
            Verdict::Sign => answer(200, self.signatures(event, &self.key)),
            Verdict::SignByAnother => answer(200, self.signatures(event, &self.other_key)),
            Verdict::Wait => {
                self.gate.acquire().await.unwrap().forget();
                answer(200, self.signatures(event, &self.key))
            }
            Verdict::Say(status, text) => answer(status, text),
        }
    }

    /// The signature of the event, alone.
    fn signatures(&self, event: CanonicalJsonObject, key: &Ed25519KeyPair) -> String {
        let name = self.name.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap();
        let mut redacted = redact(event, &self.rules.redaction, None).unwrap();
        redacted.remove("signatures");
        sign_json(name.as_str(), key, &mut redacted).unwrap();
        serde_json::to_string(&redacted["signatures"]).unwrap()
    }
}

fn answer(status: u16, text: String) -> Response {
    let builder = Response::builder().header("content-type", "application/json");
    builder.status(StatusCode::from_u16(status).unwrap()).body(Body::from(text)).unwrap()
}
