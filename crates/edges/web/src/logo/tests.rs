//! What is taken for a picture, and that a drawing stays one.

use axum::body::Body;
use http::Request;
use http::header::CONTENT_TYPE;
use tower::ServiceExt;

use super::*;

/// The head of a PNG of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

#[test]
fn a_picture_is_known_by_its_bytes() {
    let svg = "\u{feff}<?xml version=\"1.0\"?>\n<!-- ours --><svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    let cases: [(&[u8], Option<&str>); 7] = [
        (&png(1, 1), Some("image/png")),
        (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
        (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
        (svg.as_bytes(), Some("image/svg+xml")),
        (b"<html><script>", None),
        (b"say <svg", None),
        (b"", None),
    ];
    for (bytes, media_type) in cases {
        let read = Logo::read(bytes.to_vec());
        assert_eq!(read.as_ref().map(Logo::media_type).ok(), media_type, "{bytes:?}");
    }
    assert_eq!(Logo::read(vec![b'<'; LOGO_BYTES_MAX + 1]), Err(LogoError::Size));
    let long = format!("<!-- {} --><svg", "ü".repeat(SVG_HEAD_BYTES));
    assert_eq!(Logo::read(long.into_bytes()), Err(LogoError::Kind));
}

#[test]
fn only_what_is_square_and_large_makes_an_icon() {
    let size = |bytes: Vec<u8>| Logo::read(bytes).unwrap().icon_size();
    assert_eq!(size(b"<svg/>".to_vec()), Some("any".to_owned()));
    assert_eq!(size(png(512, 512)), Some("512x512".to_owned()));
    assert_eq!(size(png(600, 200)), None);
    assert_eq!(size(png(64, 64)), None);
    assert_eq!(size(png(1, 1)[..18].to_vec()), None);
}

#[tokio::test]
async fn a_drawing_can_do_nothing_where_it_is_opened() {
    let logo = Logo::read(b"<svg onload='alert(1)'/>".to_vec()).unwrap();
    let brand = Brand { name: String::new(), accent: None, logo: Some(logo) };
    let request = Request::get(PATH).body(Body::empty()).unwrap();
    let response = crate::protection::protected(router(&brand), None).oneshot(request).await.unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "image/svg+xml");
    assert_eq!(response.headers()[CONTENT_SECURITY_POLICY], POLICY);
}
