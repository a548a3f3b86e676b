//! Apple's push service: one POST over HTTP/2 for each notification, with a token that we sign.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use herold_outgoing::Answer;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use super::{CredentialsError, defaults, private_key, say_refused};
use crate::delivery::Delivery;
use crate::jwt::{self, Signer};
use crate::payload::bounded;
use crate::{Inner, web_push};

/// How long a token is used, milliseconds: Apple takes none that is older than an hour, and wants no new one within
/// twenty minutes.
const TOKEN_HOLDS_MS: i64 = 40 * 60 * 1_000;
/// Bytes of a notification at most; Apple takes 4,096.
const TEXT_BYTES_MAX: usize = 4_000;
/// Bytes of a device's token at most, and at least.
const DEVICE_BYTES: std::ops::RangeInclusive<usize> = 16..=100;
/// The text of an app's own that is shown where the app names none: the same that apps made for Sygnal have.
const USUAL_TEXT: &str = "SINGLE_UNREAD";

/// Which key signs for whom, as Apple's developer pages show it.
pub struct ApnsKey<'a> {
    /// The app's bundle id.
    pub topic: String,
    /// The id of the operator's team.
    pub team_id: String,
    /// The id of the key.
    pub key_id: String,
    /// The key, in PEM.
    pub pem: &'a [u8],
    /// Where the service is: `https://` and a host.
    pub server: String,
}

/// An app that is told through Apple.
pub struct Apns {
    topic: HeaderValue,
    team_id: String,
    key_id: String,
    key: EcdsaKeyPair,
    server: String,
    /// The token, and when it was made.
    token: Mutex<Option<(String, i64)>>,
}

/// A device on which the app runs.
pub(crate) struct AppleDevice {
    app: Arc<Apns>,
    /// Its token, hexadecimal.
    token: String,
    defaults: Map<String, Value>,
}

impl Apns {
    /// Reads the key.
    pub fn read(key: ApnsKey<'_>) -> Result<Self, CredentialsError> {
        let pem = private_key(key.pem)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pem.secret_pkcs8_der());
        let topic = HeaderValue::from_str(&key.topic);
        Ok(Self {
            topic: topic.map_err(|_| CredentialsError("the topic is no bundle id"))?,
            team_id: key.team_id,
            key_id: key.key_id,
            key: pair.map_err(|_| CredentialsError("holds no key on the curve P-256"))?,
            server: key.server.trim_end_matches('/').to_owned(),
            token: Mutex::new(None),
        })
    }

    /// A token that says who sends, made anew when it is old.
    fn authorization(&self, now_ms: i64) -> Option<String> {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let young = |made_at: i64| (0..TOKEN_HOLDS_MS).contains(&(now_ms - made_at));
        if let Some((token, _)) = token.as_ref().filter(|(_, made_at)| young(*made_at)) {
            return Some(token.clone());
        }
        let header = json!({ "alg": "ES256", "kid": self.key_id });
        let claims = json!({ "iss": self.team_id, "iat": now_ms / 1_000 });
        let made = format!("bearer {}", jwt::token(&header, &claims, &Signer::Es256(&self.key))?);
        *token = Some((made.clone(), now_ms));
        Some(made)
    }

    fn forget_token(&self) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl AppleDevice {
    /// Reads what the app gave: the device's token is the pusher's key, in base64 or hexadecimal.
    pub(crate) fn read(app: Arc<Apns>, pushkey: &str, data: &Map<String, Value>) -> Result<Self, String> {
        let hexadecimal = pushkey.len() >= 64 && pushkey.bytes().all(|letter| letter.is_ascii_hexdigit());
        let token = if hexadecimal {
            Some(pushkey.to_lowercase())
        } else {
            let bytes = STANDARD.decode(pushkey).ok().filter(|bytes| DEVICE_BYTES.contains(&bytes.len()));
            bytes.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        };
        let token = token.filter(|token| DEVICE_BYTES.contains(&(token.len() / 2)));
        let token = token.ok_or("pushkey must be the device's token, in base64 or hexadecimal")?;
        Ok(Self { app, token, defaults: defaults(data)? })
    }

    /// Where the service is.
    pub(crate) fn server(&self) -> &str {
        &self.app.server
    }

    /// What is told: `aps` is Apple's, everything else the app's.
    fn payload(&self, notification: &Value) -> Vec<u8> {
        let unread = notification["counts"]["unread"].as_u64().unwrap_or(0);
        if notification.get("event_id").is_none_or(Value::is_null) {
            return json!({ "aps": { "badge": unread } }).to_string().into_bytes();
        }
        let mut payload = self.defaults.clone();
        let mut aps = payload.get("aps").and_then(Value::as_object).cloned().unwrap_or_default();
        aps.insert("badge".to_owned(), unread.into());
        // The app's extension asks the server for the event, and puts words in the place of these.
        aps.entry("mutable-content").or_insert(json!(1));
        aps.entry("alert").or_insert(json!({ "loc-key": USUAL_TEXT, "loc-args": [] }));
        payload.insert("aps".to_owned(), Value::Object(aps));
        for field in ["event_id", "room_id"] {
            payload.insert(field.to_owned(), notification[field].clone());
        }
        payload.insert("unread_count".to_owned(), unread.into());
        bounded(payload, TEXT_BYTES_MAX, &["aps", "unread_count"])
    }

    fn headers(&self, notification: &Value, now_ms: i64) -> Option<HeaderMap> {
        let is_event = notification.get("event_id").is_some_and(Value::is_string);
        let urgent = is_event && notification["prio"] != "low";
        let until_s = now_ms / 1_000 + i64::from(web_push::KEPT_S);
        let mut headers = HeaderMap::from_iter([
            (AUTHORIZATION, HeaderValue::from_str(&self.app.authorization(now_ms)?).ok()?),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (HeaderName::from_static("apns-topic"), self.app.topic.clone()),
            (HeaderName::from_static("apns-push-type"), HeaderValue::from_static("alert")),
            (
                HeaderName::from_static("apns-priority"),
                HeaderValue::from_static(if urgent { "10" } else { "5" }),
            ),
            (HeaderName::from_static("apns-expiration"), HeaderValue::from(until_s)),
        ]);
        if !is_event {
            let topic = HeaderValue::from_static(web_push::COUNT_TOPIC);
            headers.insert(HeaderName::from_static("apns-collapse-id"), topic);
        }
        Some(headers)
    }
}

impl Inner {
    /// Tells a device through Apple.
    pub(crate) async fn to_apple(&self, device: &AppleDevice, notification: &Value) -> Delivery {
        let Some(headers) = device.headers(notification, self.clock.now_ms()) else {
            return Delivery::not_now("the token for Apple cannot be signed");
        };
        let url = format!("{}/3/device/{}", device.app.server, device.token);
        let answer = self.outgoing.post(&url, headers, Bytes::from(device.payload(notification))).await;
        match &answer {
            Ok(answer) if answer.status.is_success() => Delivery::Taken,
            Ok(answer) if is_gone(answer) => Delivery::Rejected,
            Ok(Answer { status: StatusCode::FORBIDDEN, body, .. }) => {
                device.app.forget_token();
                say_refused("push.apns", &reason(body));
                Delivery::not_taken(answer, self.clock.now_ms())
            }
            _ => Delivery::not_taken(answer, self.clock.now_ms()),
        }
    }
}

/// Whether Apple says that the device is not there any more, or never was.
fn is_gone(answer: &Answer) -> bool {
    let never = ["BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered"];
    answer.status == StatusCode::GONE
        || (answer.status == StatusCode::BAD_REQUEST && never.contains(&reason(&answer.body).as_str()))
}

fn reason(body: &[u8]) -> String {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    told["reason"].as_str().unwrap_or_default().to_owned()
}
