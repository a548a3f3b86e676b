//! What a browser gets for the headers that it sends.

use axum::body::to_bytes;

use super::*;

fn request(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
}

fn content() -> Content {
    Content::changing("text/plain", "plain").compressed(Some(b"brotli"), Some(b"gzip"))
}

#[tokio::test]
async fn the_smallest_encoding_that_the_browser_reads_is_sent() {
    let cases = [
        ("gzip, deflate, br, zstd", Some("br"), "brotli"),
        ("GZIP;q=0.5", Some("gzip"), "gzip"),
        ("br;q=0, gzip", Some("gzip"), "gzip"),
        ("br; q=0.0", None, "plain"),
        ("identity", None, "plain"),
        ("brotli", None, "plain"),
        ("", None, "plain"),
    ];
    for (wish, encoding, body) in cases {
        let response = content().answer(&request(&[(ACCEPT_ENCODING, wish)]));
        let told = response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
        assert_eq!(told, encoding, "{wish}");
        assert_eq!(response.headers()[VARY], "accept-encoding");
        assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), body, "{wish}");
    }
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let first = content().answer(&HeaderMap::new());
    assert_eq!(first.headers()[CACHE_CONTROL], "no-cache");
    let tag = first.headers()[ETAG].to_str().unwrap();
    let strong = tag.trim_start_matches("W/");
    for known in [tag, strong, "*", &format!("\"other\", {tag}")] {
        let request = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_str(known).unwrap())]);
        let response = content().answer(&request);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(response.headers()[ETAG], tag);
        assert!(to_bytes(response.into_body(), 100).await.unwrap().is_empty());
    }
    let request = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_str(tag).unwrap())]);
    assert_eq!(Content::changing("text/plain", "other").answer(&request).status(), StatusCode::OK);
}

#[test]
fn what_its_address_names_is_asked_for_once() {
    let response = Content::immutable("text/plain", "plain").answer(&request(&[(IF_NONE_MATCH, "*")]));
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert!(!response.headers().contains_key(ETAG));
}
