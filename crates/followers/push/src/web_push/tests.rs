//! What is asked of a browser's subscription, and what its push service is sent.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::json;

use super::*;

const POINT: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

fn read(pushkey: &str, data: Value) -> Result<Subscription, String> {
    let outgoing = Outgoing::new(herold_outgoing::Settings::default());
    Subscription::read(pushkey, data.as_object().unwrap(), &outgoing)
}

fn web_push() -> WebPush {
    let key = VapidKey::read(&VapidKey::generate(&Random::seeded(1))).unwrap();
    WebPush { key, contact: "mailto:admin@example.org".to_owned() }
}

#[test]
fn what_a_browser_did_not_give_is_refused_with_words() {
    let good = json!({ "endpoint": "https://push.example/1", "auth": "BTBZMqHH6r4Tts7J_aSIgg" });
    assert!(read(POINT, good.clone()).is_ok());
    let padded = json!({ "endpoint": "https://push.example/1", "auth": "BTBZMqHH6r4Tts7J_aSIgg==" });
    assert!(read(&format!("{POINT}="), padded).is_ok(), "with padding too");
    let refused = |pushkey: &str, field: &str, value: Value| {
        let mut data = good.clone();
        data[field] = value;
        read(pushkey, data).unwrap_err()
    };
    assert!(refused(&POINT[1..], "x", Value::Null).starts_with("pushkey"));
    assert!(refused(&"A".repeat(87), "x", Value::Null).starts_with("pushkey"));
    assert!(refused(POINT, "auth", json!("short")).starts_with("data.auth"));
    for endpoint in [json!(7), json!("http://push.example/"), json!("https://10.0.0.1/"), json!("mailto:a@b")]
    {
        assert!(refused(POINT, "endpoint", endpoint).starts_with("data.endpoint"));
    }
    let long = format!("https://push.example/{}", "x".repeat(ENDPOINT_MAX));
    assert!(refused(POINT, "endpoint", json!(long)).contains("at most"));
}

#[test]
fn a_request_says_how_urgent_it_is_and_a_number_replaces_the_number_before() {
    let subscription = |events_only: bool| {
        let endpoint = "https://push.example:8443/1?x=y";
        let auth = "BTBZMqHH6r4Tts7J_aSIgg";
        read(POINT, json!({ "endpoint": endpoint, "auth": auth, "events_only": events_only })).unwrap()
    };
    let (web_push, random) = (web_push(), Random::seeded(2));
    let request = |events_only: bool, notification: Value| {
        subscription(events_only).request(&web_push, &notification, Some("@a:b"), &random, 1_000)
    };
    let header = |request: &Request, name: &str| {
        request.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    let event = request(true, json!({ "event_id": "$e", "prio": "high" })).unwrap();
    assert_eq!(header(&event, "urgency").as_deref(), Some("high"));
    assert_eq!((header(&event, "topic"), header(&event, "ttl").as_deref()), (None, Some("86400")));
    let low = request(false, json!({ "event_id": "$e", "prio": "low" })).unwrap();
    assert_eq!(header(&low, "urgency").as_deref(), Some("normal"));
    let number = request(false, json!({ "counts": { "unread": 0 } })).unwrap();
    assert_eq!(header(&number, "topic").as_deref(), Some("unread"));
    assert!(request(true, json!({ "counts": { "unread": 0 } })).is_none(), "events alone are wanted");
    assert_eq!(event.body.len(), number.body.len(), "their lengths tell nothing");
}

#[test]
fn a_push_service_can_check_who_sends() {
    let web_push = web_push();
    let written = web_push.key.authorization("https://push.example", &web_push.contact, 5_000).unwrap();
    let (token, key) = written.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, web_push.key.public());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64URL.decode(key).unwrap());
    public.verify(signed.as_bytes(), &BASE64URL.decode(signature).unwrap()).unwrap();
    let part = |part: &str| serde_json::from_slice::<Value>(&BASE64URL.decode(part).unwrap()).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    assert_eq!(part(header), json!({ "typ": "JWT", "alg": "ES256" }));
    let expected = json!({ "aud": "https://push.example", "exp": 43_205, "sub": "mailto:admin@example.org" });
    assert_eq!(part(claims), expected);
    assert!(VapidKey::read(&[0; 32]).is_err() && VapidKey::read(b"short").is_err());
}
