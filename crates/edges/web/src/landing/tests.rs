//! The page in its languages, and that it holds no more than it should.

use axum::body::{Body, to_bytes};
use http::Request;
use http::header::ACCEPT_LANGUAGE;
use tower::ServiceExt;

use super::*;

fn landing() -> Landing {
    Landing { server_name: "example.org".to_owned(), found_by_name: true, secure: false }
}

#[test]
fn every_place_is_filled_in_every_language() {
    for language in Language::ALL {
        let page = page(&landing(), "example.org", language);
        assert!(!page.contains("{{") && !page.contains("}}"), "{language:?}");
        assert!(page.contains("@nom:example.org") || page.contains("@name:example.org"), "{language:?}");
        assert_eq!(texts::of(language).len(), texts::of(Language::English).len());
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    for attack in ["<script", "src=", "<link", "<img", "@import", "url("] {
        assert!(!PAGE.contains(attack), "{attack}");
    }
}

#[test]
fn a_server_that_is_not_found_by_its_name_gives_the_address_of_the_page() {
    let told = |found_by_name, secure, headers: &[(&'static str, &'static str)]| {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        let landing = Landing { found_by_name, secure, ..landing() };
        client(&landing, &Uri::from_static("/"), &headers.collect())
    };
    let (local, host) = (("host", "localhost:8008"), ("host", "chat.example.org"));
    assert_eq!(told(true, false, &[local]), "example.org");
    assert_eq!(told(false, false, &[local]), "http://localhost:8008");
    assert_eq!(told(false, true, &[host]), "https://chat.example.org");
    assert_eq!(told(false, false, &[host, ("x-forwarded-proto", "https")]), "https://chat.example.org");
    assert_eq!(told(false, false, &[]), "example.org");
}

#[test]
fn names_cannot_break_the_page() {
    let page = page(&landing(), "https://x\"><b>", Language::English);
    assert!(page.contains("https://x&quot;&gt;&lt;b&gt;"));
}

#[tokio::test]
async fn a_browser_gets_its_language_and_a_strict_policy() {
    for (wish, lang) in [("fr", "lang=\"fr\""), ("de-AT", "lang=\"de\""), ("ja", "lang=\"en\"")] {
        let request = Request::get("/").header(ACCEPT_LANGUAGE, wish).body(Body::empty()).unwrap();
        let response = router(landing()).oneshot(request).await.unwrap();
        assert!(
            response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'")
        );
        let page = to_bytes(response.into_body(), 100_000).await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains(lang), "{wish}");
    }
}
