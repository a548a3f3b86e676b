//! The push services of Apple and Google, on loopback: check who sends, keep what they are sent, and answer what the
//! test wants. Written from their documentation, not from the server's code.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm,
};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A notification that arrived.
#[derive(Debug)]
pub struct Arrived {
    /// The device's token, or Google's project.
    pub to: String,
    /// The headers it came with.
    pub headers: HeaderMap,
    /// What it says.
    pub body: Value,
    /// What Apple was told of who sends.
    pub claims: Value,
}

/// Both services, and the operator's credentials for them.
pub struct Vendors {
    origin: String,
    folder: TempDir,
    state: Arc<Serving>,
    arrived: UnboundedReceiver<Arrived>,
}

struct Serving {
    apple: Vec<u8>,
    google: Vec<u8>,
    answer: Mutex<(StatusCode, Value, Option<&'static str>)>,
    /// The claims of those who asked for access; each was given a token of its number.
    asked: Mutex<Vec<Value>>,
    arrived: UnboundedSender<Arrived>,
}

impl Vendors {
    /// Services that take everything.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let apple = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
        std::fs::write(folder.path().join("apple.p8"), pem(apple.as_ref())).unwrap();
        let apple = EcdsaKeyPair::from_pkcs8(algorithm, apple.as_ref()).unwrap();
        let google = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let (sender, arrived) = unbounded_channel();
        let state = Arc::new(Serving {
            apple: apple.public_key().as_ref().to_vec(),
            google: google.public_key().as_ref().to_vec(),
            answer: Mutex::new((StatusCode::OK, json!({}), None)),
            asked: Mutex::default(),
            arrived: sender,
        });
        let router = Router::new()
            .route("/3/device/{token}", post(apple_told))
            .route("/token", post(google_asked))
            .route("/v1/projects/{project}/messages:send", post(google_told))
            .with_state(Arc::clone(&state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let key: Pkcs8V1Der<'_> = google.as_der().unwrap();
        let account = json!({
            "type": "service_account", "project_id": "project-1", "private_key_id": "key-1",
            "private_key": pem(key.as_ref()), "client_email": "herold@example.org",
            "token_uri": format!("{origin}/token"),
        });
        std::fs::write(folder.path().join("google.json"), account.to_string()).unwrap();
        Self { origin, folder, state, arrived }
    }

    /// Their scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The file with the key for Apple: team `TEAM`, key `KEY`.
    pub fn apple_key(&self) -> PathBuf {
        self.folder.path().join("apple.p8")
    }

    /// The file of the service account for Google.
    pub fn google_account(&self) -> PathBuf {
        self.folder.path().join("google.json")
    }

    /// What they answer from now on, and for how long they want to be left alone.
    pub fn answer(&self, status: u16, body: Value, retry_after: Option<&'static str>) {
        *lock(&self.state.answer) = (StatusCode::from_u16(status).unwrap(), body, retry_after);
    }

    /// What those claimed who asked Google for access.
    pub fn asked(&self) -> Vec<Value> {
        lock(&self.state.asked).clone()
    }

    /// The next notification that arrives, whatever it was answered.
    pub async fn next(&mut self) -> Arrived {
        let next = tokio::time::timeout(PATIENCE, self.arrived.recv()).await;
        next.expect("no notification came").unwrap()
    }

    /// Whether nothing has arrived that was not looked at.
    pub fn is_quiet(&mut self) -> bool {
        self.arrived.try_recv().is_err()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

type Answer = (StatusCode, HeaderMap, String);

impl Serving {
    fn told(&self, to: String, headers: HeaderMap, body: &Bytes, claims: Value) -> Answer {
        // Decided before the test sees what came: what it sets then is for the next.
        let (status, answer, retry_after) = lock(&self.answer).clone();
        let body = serde_json::from_slice(body).unwrap();
        // Nobody listens any more when the test is over.
        let _ = self.arrived.send(Arrived { to, headers, body, claims });
        let retry_after = retry_after.map(|wait| (RETRY_AFTER, wait.parse().unwrap()));
        (status, HeaderMap::from_iter(retry_after), answer.to_string())
    }
}

async fn apple_told(
    State(serving): State<Arc<Serving>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let written = headers[AUTHORIZATION].to_str().unwrap().strip_prefix("bearer ").unwrap().to_owned();
    let (header, claims) = checked(&written, &ECDSA_P256_SHA256_FIXED, &serving.apple);
    assert_eq!(header, json!({ "alg": "ES256", "kid": "KEY" }));
    assert!(body.len() <= 4_096, "Apple takes no more");
    serving.told(token, headers, &body, claims)
}

async fn google_asked(State(serving): State<Arc<Serving>>, body: String) -> Answer {
    let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    let assertion = body.strip_prefix(grant).unwrap();
    let (header, claims) = checked(assertion, &RSA_PKCS1_2048_8192_SHA256, &serving.google);
    assert_eq!(header, json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" }));
    let mut asked = lock(&serving.asked);
    asked.push(claims);
    let access = json!({
        "access_token": format!("access-{}", asked.len()), "expires_in": 3_600, "token_type": "Bearer",
    });
    (StatusCode::OK, HeaderMap::new(), access.to_string())
}

async fn google_told(
    State(serving): State<Arc<Serving>>,
    Path(project): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let newest = format!("Bearer access-{}", lock(&serving.asked).len());
    assert_eq!(headers[AUTHORIZATION], newest, "the newest token is shown");
    serving.told(project, headers, &body, Value::Null)
}

/// The header and the claims of a token whose signature is right.
fn checked(token: &str, algorithm: &'static dyn VerificationAlgorithm, public: &[u8]) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(algorithm, public).verify(signed.as_bytes(), &signature).unwrap();
    let part = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    (part(header), part(claims))
}
