//! Manifests in their languages, and whose icons they name.

use axum::body::{Body, to_bytes};
use http::Request;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, VARY};
use tower::ServiceExt;

use super::*;
use crate::Logo;

fn brand(logo: Option<&[u8]>) -> Brand {
    let logo = logo.map(|bytes| Logo::read(bytes.to_vec()).unwrap());
    Brand { name: "Bote".to_owned(), accent: Some("#2f5d8a".to_owned()), logo }
}

#[tokio::test]
async fn the_manifest_speaks_the_wished_language() {
    for (wish, language) in [("de-CH", "de"), ("fr", "fr"), ("sv", "en")] {
        let request = Request::get("/manifest.webmanifest").header(ACCEPT_LANGUAGE, wish);
        let response = router(&brand(None)).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()[CONTENT_TYPE], "application/manifest+json");
        assert_eq!(response.headers()[VARY], "accept-encoding, accept-language");
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let manifest: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(manifest["lang"], language, "{wish}");
        assert_eq!((&manifest["name"], &manifest["theme_color"]), (&json!("Bote"), &json!("#2f5d8a")));
    }
}

#[test]
fn the_organisations_mark_is_the_icon_where_it_can_be() {
    let of = |logo| icons(&brand(logo))[0]["src"].clone();
    assert_eq!(of(Some(b"<svg/>")), logo::PATH);
    assert_eq!(of(Some(b"\xff\xd8\xff")), "/icon.svg");
    assert_eq!(of(None), "/icon.svg");
}
