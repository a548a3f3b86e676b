//! A push service as browsers' makers run them, and the browser behind it, on loopback: checks who sends, decrypts
//! what it is sent, and answers what the test wants. Written from the standards, not from the server's code.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{Client, TestServer};

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(60);
/// The secret that the browser shares.
const AUTH: [u8; 16] = [9; 16];

/// A message that arrived.
#[derive(Debug)]
pub struct Pushed {
    /// What it says.
    pub payload: Value,
    /// The headers it came with.
    pub headers: HeaderMap,
    /// What the token claims that says who sends.
    pub claims: Value,
    /// The key that the token is signed with, base64url.
    pub key: String,
    /// Bytes of the encrypted message.
    pub length: usize,
}

/// What the service answers.
#[derive(Clone)]
struct Answer {
    status: StatusCode,
    retry_after: Option<String>,
}

/// A push service with one browser.
pub struct PushService {
    origin: String,
    point: String,
    answer: Arc<Mutex<Answer>>,
    arrived: UnboundedReceiver<Pushed>,
}

struct Serving {
    key: PrivateKey,
    answer: Arc<Mutex<Answer>>,
    arrived: UnboundedSender<Pushed>,
}

impl PushService {
    /// A service that takes everything.
    pub async fn start() -> Self {
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        let point = URL_SAFE_NO_PAD.encode(key.compute_public_key().unwrap());
        let answer = Arc::new(Mutex::new(Answer { status: StatusCode::CREATED, retry_after: None }));
        let (sender, arrived) = unbounded_channel();
        let serving = Arc::new(Serving { key, answer: Arc::clone(&answer), arrived: sender });
        let router = Router::new().route("/send/browser", post(receive)).with_state(serving);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, point, answer, arrived }
    }

    /// Its scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What it answers from now on, and for how long it wants to be left alone.
    pub fn answer(&self, status: u16, retry_after: Option<&str>) {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, retry_after: retry_after.map(str::to_owned) };
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// The pusher of an app in the browser; `data` beside what the browser gave.
    pub async fn pusher(&self, server: &TestServer, data: Value) -> Value {
        let described = server.visitor().get("/app.json").await.ok();
        let mut pusher = json!({
            "kind": "http", "app_id": "org.example.web", "pushkey": self.point, "lang": "en", "append": true,
            "app_display_name": "Example", "device_display_name": "Browser",
            "data": {
                "url": described["web_push"]["gateway"], "endpoint": format!("{}/send/browser", self.origin),
                "auth": URL_SAFE_NO_PAD.encode(AUTH),
            },
        });
        for (key, value) in data.as_object().unwrap() {
            pusher["data"][key] = value.clone();
        }
        pusher
    }

    /// Subscribes the browser for `client`; `data` beside what the browser gave.
    pub async fn push_to(&self, server: &TestServer, client: &Client, data: Value) {
        let pusher = self.pusher(server, data).await;
        client.post("/_matrix/client/v3/pushers/set", pusher).await.ok();
    }

    /// The next message that arrives, whatever it was answered.
    pub async fn next(&mut self) -> Pushed {
        let next = tokio::time::timeout(PATIENCE, self.arrived.recv()).await;
        next.expect("no message came").unwrap()
    }

    /// Whether nothing has arrived that was not looked at.
    pub fn is_quiet(&mut self) -> bool {
        self.arrived.try_recv().is_err()
    }
}

async fn receive(
    State(serving): State<Arc<Serving>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap) {
    let answer = serving.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (claims, key) = checked(headers["authorization"].to_str().unwrap());
    assert_eq!(headers["content-encoding"], "aes128gcm");
    let payload = serde_json::from_slice(&decrypted(&serving.key, &body)).unwrap();
    // Nobody listens any more when the test is over.
    let _ = serving.arrived.send(Pushed { payload, headers, claims, key, length: body.len() });
    let retry_after = answer.retry_after.map(|wait| (http::header::RETRY_AFTER, wait.parse().unwrap()));
    (answer.status, HeaderMap::from_iter(retry_after))
}

/// The claims of a token whose signature is right, and the key it is signed with (RFC 8292).
fn checked(authorization: &str) -> (Value, String) {
    let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    let (signed, sign) = token.rsplit_once('.').unwrap();
    let public = URL_SAFE_NO_PAD.decode(key).unwrap();
    let sign = URL_SAFE_NO_PAD.decode(sign).unwrap();
    let public = signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
    public.verify(signed.as_bytes(), &sign).unwrap();
    let claims = signed.split_once('.').unwrap().1;
    (serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap(), key.to_owned())
}

struct Bytes32(usize);

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Vec<u8> {
    let mut out = vec![0; length];
    let extracted = Salt::new(HKDF_SHA256, salt).extract(secret);
    extracted.expand(info, Bytes32(length)).unwrap().fill(&mut out).unwrap();
    out
}

/// What a message says (RFC 8188, RFC 8291): salt, record size, the sender's point, one record.
fn decrypted(key: &PrivateKey, message: &[u8]) -> Vec<u8> {
    assert!(message.len() <= 4_096, "no push service takes more");
    let (salt, rest) = message.split_at(16);
    let (size, rest) = rest.split_at(4);
    assert!(rest[0] == 65 && u32::from_be_bytes(size.try_into().unwrap()) as usize >= rest.len() - 66);
    let (point, record) = rest[1..].split_at(65);
    let own = key.compute_public_key().unwrap();
    let sender = UnparsedPublicKey::new(&ECDH_P256, point);
    let info: [&[u8]; 3] = [b"WebPush: info\0", own.as_ref(), point];
    let secret = agree(key, sender, (), |shared| Ok(derive(&AUTH, shared, &info, 32))).unwrap();
    let key = derive(salt, &secret, &[b"Content-Encoding: aes128gcm\0"], 16);
    let nonce = derive(salt, &secret, &[b"Content-Encoding: nonce\0"], 12);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
    let mut record = record.to_vec();
    let text = key.open_in_place(nonce, Aad::empty(), &mut record).unwrap();
    let end = text.iter().rposition(|byte| *byte != 0).unwrap();
    assert_eq!(text[end], 2, "the last record");
    text[..end].to_vec()
}
