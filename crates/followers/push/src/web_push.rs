//! Web Push: what is sent to browsers through the push services of their makers (RFC 8030), which can neither read
//! it nor tell it from what others send them.

mod encryption;
mod vapid;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use herold_base::Random;
use herold_outgoing::Outgoing;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use crate::payload;
use encryption::{AUTH_BYTES, Keys, POINT_BYTES, SALT_BYTES, encrypt, is_on_curve};

pub use vapid::{VapidKey, VapidKeyError};

/// Letters of a URL of a push service at most.
const ENDPOINT_MAX: usize = 2_048;
/// Bytes of a message at most.
const TEXT_BYTES_MAX: usize = 3_000;
/// Messages are padded to a multiple of so many bytes: their length tells little.
const PADDING_BYTES: usize = 1_000;
/// How long a push service keeps a message for a browser that is away, seconds.
pub(crate) const KEPT_S: u32 = 24 * 60 * 60;
/// Of several messages with this topic that wait, only the newest is delivered.
pub(crate) const COUNT_TOPIC: &str = "unread";

/// Browsers write base64url, with padding or without.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How Web Push is done.
pub struct WebPush {
    /// What messages are signed with.
    pub key: VapidKey,
    /// Where operators of push services find us: `mailto:` or `https:`.
    pub contact: String,
}

/// Where one browser is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) endpoint: String,
    keys: Keys,
    /// Whether only events are wanted, and no mere numbers: each message must be shown to the person.
    events_only: bool,
    /// What the app wants to be told each time.
    defaults: Map<String, Value>,
}

/// A request to a push service.
pub(crate) struct Request {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Subscription {
    /// Reads what a browser gave: its key is the pusher's, the rest of it in `data`.
    pub(crate) fn read(
        pushkey: &str,
        data: &Map<String, Value>,
        outgoing: &Outgoing,
    ) -> Result<Self, String> {
        let text = |field: &str| data.get(field).and_then(Value::as_str);
        let endpoint = text("endpoint").ok_or("data.endpoint must be the URL that the browser gave")?;
        if endpoint.len() > ENDPOINT_MAX {
            return Err(format!("data.endpoint must have at most {ENDPOINT_MAX} letters"));
        }
        outgoing.check(endpoint).map_err(|error| format!("data.endpoint: {error}"))?;
        let point: Option<[u8; POINT_BYTES]> = decode(pushkey).filter(|point| is_on_curve(point));
        let point = point.ok_or("pushkey must be the browser's key p256dh, in base64url")?;
        let auth: Option<[u8; AUTH_BYTES]> = text("auth").and_then(decode);
        let auth = auth.ok_or("data.auth must be the browser's secret of that name, in base64url")?;
        let events_only = data.get("events_only") == Some(&Value::Bool(true));
        let defaults = payload::defaults(data);
        Ok(Self { endpoint: endpoint.to_owned(), keys: Keys { point, auth }, events_only, defaults })
    }

    /// The request that tells the browser of `notification`; none where it does not want to know.
    pub(crate) fn request(
        &self,
        web_push: &WebPush,
        notification: &Value,
        user_id: Option<&str>,
        random: &Random,
        now_ms: i64,
    ) -> Option<Request> {
        let is_event = notification.get("event_id").is_some();
        if self.events_only && !is_event {
            return None;
        }
        let text = payload::bounded(
            payload::flat(notification, user_id, &self.defaults),
            TEXT_BYTES_MAX,
            &["unread"],
        );
        let padded_to = text.len().div_ceil(PADDING_BYTES) * PADDING_BYTES;
        let own = PrivateKey::from_private_key(&ECDH_P256, &private_key(random)).ok()?;
        let mut salt = [0; SALT_BYTES];
        random.fill(&mut salt);
        let body = encrypt(&self.keys, &text, padded_to, &own, salt).ok()?;
        let origin = herold_outgoing::Url::parse(&self.endpoint).ok()?.origin().ascii_serialization();
        let authorization = web_push.key.authorization(&origin, &web_push.contact, now_ms)?;
        let urgency = match (is_event, notification["prio"] == "low") {
            (true, false) => "high",
            (true, true) => "normal",
            (false, _) => "low",
        };
        let mut headers = HeaderMap::from_iter([
            (AUTHORIZATION, HeaderValue::from_str(&authorization).ok()?),
            (CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
            (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
            (HeaderName::from_static("ttl"), HeaderValue::from(KEPT_S)),
            (HeaderName::from_static("urgency"), HeaderValue::from_static(urgency)),
        ]);
        if !is_event {
            headers.insert(HeaderName::from_static("topic"), HeaderValue::from_static(COUNT_TOPIC));
        }
        Some(Request { headers, body: body.into() })
    }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64URL.decode(text).ok()?.try_into().ok()
}

/// A private key on P-256.
fn private_key(random: &Random) -> Vec<u8> {
    let mut key = vec![0; 32];
    loop {
        random.fill(&mut key);
        // Four in 10^9 numbers are none.
        if public_key(&key).is_some() {
            return key;
        }
    }
}

fn public_key(private: &[u8]) -> Option<Vec<u8>> {
    let key = PrivateKey::from_private_key(&ECDH_P256, private).ok()?;
    Some(key.compute_public_key().ok()?.as_ref().to_vec())
}

#[cfg(test)]
mod tests;
