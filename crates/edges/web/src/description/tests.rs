//! What the app is told before anybody signs in.

use serde_json::{Value, json};

use super::*;
use crate::{Brand, Landing, Logo};

fn web() -> Web {
    Web {
        landing: Landing { server_name: "example.org".to_owned(), found_by_name: false, secure: false },
        app: true,
        homeserver: None,
        web_push: None,
        brand: Brand { name: "Herold".to_owned(), accent: None, logo: None },
        links: Links::default(),
    }
}

fn described(web: &Web) -> Value {
    serde_json::from_slice(&describe(web)).unwrap()
}

#[test]
fn what_is_not_set_is_null() {
    let wanted = json!({
        "server_name": "example.org",
        "homeserver": null,
        "version": env!("CARGO_PKG_VERSION"),
        "brand": { "name": "Herold", "accent": null, "logo": null },
        "web_push": null,
        "links": { "imprint": null, "privacy": null, "accessibility": null, "support": null, "map": null },
    });
    assert_eq!(described(&web()), wanted);
}

#[test]
fn what_is_set_is_told() {
    let mut web = web();
    web.homeserver = Some("https://matrix.example.org".to_owned());
    web.brand.accent = Some("#2f5d8a".to_owned());
    web.brand.logo = Some(Logo::read(b"<svg/>".to_vec()).unwrap());
    web.links.support = Some("https://example.org/help".to_owned());
    let map = "https://maps.example.org/?lat={latitude}&lon={longitude}";
    web.links.map = Some(map.to_owned());
    let gateway = "https://example.org/_matrix/push/v1/notify".to_owned();
    web.web_push = Some(WebPush { key: "B".to_owned(), gateway: gateway.clone() });
    let told = described(&web);
    assert_eq!(told["web_push"], json!({ "key": "B", "gateway": gateway }));
    assert_eq!(told["homeserver"], "https://matrix.example.org");
    assert_eq!(told["brand"], json!({ "name": "Herold", "accent": "#2f5d8a", "logo": "/brand/logo" }));
    assert_eq!(told["links"]["support"], "https://example.org/help");
    assert_eq!(told["links"]["map"], map);
}
