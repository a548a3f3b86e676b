//! Google's push service (Firebase Cloud Messaging, HTTP v1): one POST for each notification, with an access token that
//! a service account gets for a token it signs (RFC 7523).

use std::sync::Arc;

use aws_lc_rs::signature::RsaKeyPair;
use bytes::Bytes;
use herold_outgoing::Answer;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::{CredentialsError, defaults, private_key, say_refused};
use crate::delivery::Delivery;
use crate::jwt::{self, Signer};
use crate::payload::bounded;
use crate::{Inner, web_push};

/// What the access token is good for.
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// How we ask for it.
const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
/// How long the token that we sign holds, seconds.
const SIGNED_HOLDS_S: i64 = 3_600;
/// How long before its end an access token is not used any more, milliseconds.
const MARGIN_MS: i64 = 60_000;
/// Bytes of the data of a message at most; Google takes 4,096.
const TEXT_BYTES_MAX: usize = 4_000;

/// An app that is told through Google.
pub struct Fcm {
    account: Account,
    key: RsaKeyPair,
    server: String,
    /// The access token, and when it ends. Held while a new one is asked for: it is asked for once.
    access: Mutex<Option<(HeaderValue, i64)>>,
}

/// The file that Google gives for a service account.
#[derive(Deserialize)]
struct Account {
    project_id: String,
    private_key_id: String,
    private_key: String,
    client_email: String,
    token_uri: String,
}

/// What the token endpoint answers.
#[derive(Deserialize)]
struct Access {
    access_token: String,
    expires_in: i64,
}

/// A device on which the app runs.
pub(crate) struct GoogleDevice {
    app: Arc<Fcm>,
    token: String,
    defaults: Map<String, Value>,
}

impl Fcm {
    /// Reads the file of a service account; `server` is where the service is: `https://` and a host.
    pub fn read(account: &[u8], server: &str) -> Result<Self, CredentialsError> {
        let none = |_| CredentialsError("is not the file of a service account");
        let mut account: Account = serde_json::from_slice(account).map_err(none)?;
        let key = private_key(std::mem::take(&mut account.private_key).as_bytes())?;
        let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der());
        let key = key.map_err(|_| CredentialsError("holds no RSA key"))?;
        Ok(Self { account, key, server: server.trim_end_matches('/').to_owned(), access: Mutex::new(None) })
    }

    /// The request for an access token.
    fn request(&self, now_ms: i64) -> Option<(HeaderMap, Bytes)> {
        let Account { private_key_id, client_email, token_uri, .. } = &self.account;
        let now_s = now_ms / 1_000;
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": private_key_id });
        let claims = json!({ "iss": client_email, "scope": SCOPE, "aud": token_uri, "iat": now_s,
            "exp": now_s + SIGNED_HOLDS_S });
        let token = jwt::token(&header, &claims, &Signer::Rs256(&self.key))?;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        Some((
            HeaderMap::from_iter([(CONTENT_TYPE, form)]),
            format!("grant_type={GRANT}&assertion={token}").into(),
        ))
    }
}

impl GoogleDevice {
    /// Reads what the app gave: the registration token is the pusher's key.
    pub(crate) fn read(app: Arc<Fcm>, pushkey: &str, data: &Map<String, Value>) -> Result<Self, String> {
        Ok(Self { app, token: pushkey.to_owned(), defaults: defaults(data)? })
    }

    /// Where the service is.
    pub(crate) fn server(&self) -> &str {
        &self.app.server
    }

    /// A message of data alone: the app wakes and shows what it knows. All of it is text.
    fn message(&self, notification: &Value) -> Value {
        let is_event = notification.get("event_id").is_some_and(Value::is_string);
        let mut data = self.defaults.clone();
        for field in ["event_id", "room_id", "prio"] {
            if let Some(text) = notification[field].as_str() {
                data.insert(field.to_owned(), text.into());
            }
        }
        data.insert("unread".to_owned(), notification["counts"]["unread"].as_u64().unwrap_or(0).into());
        for value in data.values_mut().filter(|value| !value.is_string()) {
            *value = Value::String(value.to_string());
        }
        let data = bounded(data, TEXT_BYTES_MAX, &["unread"]);
        let data: Value = serde_json::from_slice(&data).unwrap_or_default();
        let urgent = is_event && notification["prio"] != "low";
        let mut android = json!({
            "priority": if urgent { "high" } else { "normal" }, "ttl": format!("{}s", web_push::KEPT_S),
        });
        if !is_event {
            android["collapse_key"] = json!(web_push::COUNT_TOPIC);
        }
        json!({ "message": { "token": self.token, "data": data, "android": android } })
    }
}

impl Inner {
    /// Tells a device through Google.
    pub(crate) async fn to_google(&self, device: &GoogleDevice, notification: &Value) -> Delivery {
        let access = match self.access(&device.app).await {
            Ok(access) => access,
            Err(delivery) => return delivery,
        };
        let url =
            format!("{}/v1/projects/{}/messages:send", device.app.server, device.app.account.project_id);
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(AUTHORIZATION, access), (CONTENT_TYPE, json)]);
        let body = device.message(notification).to_string();
        let answer = self.outgoing.post(&url, headers, Bytes::from(body)).await;
        match &answer {
            Ok(answer) if answer.status.is_success() => Delivery::Taken,
            Ok(answer) if is_gone(answer) => Delivery::Rejected,
            Ok(Answer { status: StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, body, .. }) => {
                *device.app.access.lock().await = None;
                say_refused("push.fcm", &status(body));
                Delivery::not_taken(answer, self.clock.now_ms())
            }
            _ => Delivery::not_taken(answer, self.clock.now_ms()),
        }
    }

    /// The access token of the app, asked for where there is none or it ends.
    async fn access(&self, app: &Fcm) -> Result<HeaderValue, Delivery> {
        let mut access = app.access.lock().await;
        let now_ms = self.clock.now_ms();
        if let Some((token, _)) = access.as_ref().filter(|(_, ends_at)| now_ms < ends_at - MARGIN_MS) {
            return Ok(token.clone());
        }
        let unsigned = || Delivery::not_now("the token for Google cannot be signed");
        let (headers, body) = app.request(now_ms).ok_or_else(unsigned)?;
        let answer = self.outgoing.post(&app.account.token_uri, headers, body).await;
        let told = match answer {
            Ok(answer) if answer.status.is_success() => answer.body,
            Ok(answer) if answer.status.is_client_error() => {
                say_refused("push.fcm", answer.status.as_str());
                return Err(Delivery::not_taken(Ok(answer), self.clock.now_ms()));
            }
            other => return Err(Delivery::not_taken(other, self.clock.now_ms())),
        };
        let odd = || Delivery::not_now("the token endpoint of Google answered no token");
        let told: Access = serde_json::from_slice(&told).map_err(|_| odd())?;
        let mut token = HeaderValue::from_str(&format!("Bearer {}", told.access_token)).map_err(|_| odd())?;
        token.set_sensitive(true);
        *access = Some((token.clone(), now_ms.saturating_add(told.expires_in.saturating_mul(1_000))));
        Ok(token)
    }
}

/// Whether Google says that the device is not there any more, or never was.
fn is_gone(answer: &Answer) -> bool {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let details = || told["error"]["details"].as_array().into_iter().flatten();
    let has_code = |code: &str| details().any(|detail| detail["errorCode"] == code);
    let fields = details().filter_map(|detail| detail["fieldViolations"].as_array()).flatten();
    match answer.status {
        StatusCode::NOT_FOUND => has_code("UNREGISTERED"),
        StatusCode::FORBIDDEN => has_code("SENDER_ID_MISMATCH"),
        StatusCode::BAD_REQUEST => fields.into_iter().any(|violation| violation["field"] == "message.token"),
        _ => false,
    }
}

fn status(body: &[u8]) -> String {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    told["error"]["status"].as_str().unwrap_or_default().to_owned()
}
