//! What browsers are told to keep out of the pages.

use axum::Router;
use axum::extract::State;
use axum::middleware::map_response_with_state;
use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Uri};

/// What the app may do: its own scripts and styles, WebAssembly, and what it made itself (blobs). The place of other
/// addresses that it may speak to is in braces. The hashes are of two rules that react-aria writes into the page: how
/// pressed things are touched (usePress), and that Apple's phones do not scroll what lies under a dialog
/// (usePreventScroll). When it writes others, the end-to-end tests say so.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' \
                      'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=' \
                      'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='; \
                      img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'{}; \
                      worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";
/// Devices are for the app alone, and only those it has a use for: calls, voice messages, sharing where one is.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), geolocation=(self), \
                           fullscreen=(self), screen-wake-lock=(self), picture-in-picture=(self), autoplay=(self), \
                           clipboard-write=(self), clipboard-read=(self), accelerometer=(), gyroscope=(), \
                           magnetometer=(), midi=(), payment=(), usb=(), serial=(), hid=(), \
                           idle-detection=(), encrypted-media=(), sync-xhr=()";

/// Adds to every answer of `router` what it does not say itself. `homeserver` is an address that the app speaks to.
pub(crate) fn protected(router: Router, homeserver: Option<&str>) -> Router {
    let origin = homeserver.and_then(origin).map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = HeaderValue::from_str(&POLICY.replace("{}", &origin))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    router.layer(map_response_with_state(policy, protect))
}

async fn protect(State(policy): State<HeaderValue>, mut response: Response) -> Response {
    let fixed = |value| HeaderValue::from_static(value);
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, policy),
        (REFERRER_POLICY, fixed("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin")),
        (HeaderName::from_static("permissions-policy"), fixed(PERMISSIONS)),
    ] {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Scheme, host and port of `url`, where they hold nothing that means something else in a policy.
fn origin(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority()?.as_str();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
    authority.chars().all(plain).then(|| Some(format!("{}://{authority}", uri.scheme_str()?)))?
}

#[cfg(test)]
mod tests;
