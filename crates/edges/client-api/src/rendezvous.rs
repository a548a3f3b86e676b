//! Where two devices meet of which one signs the other in: as MSC4388 has it, and as the clients of today speak it
//! (MSC4108). Nobody has to be signed in, for the new device is not.

mod create_rendezvous_session;
mod create_rendezvous_session_msc4108;
mod delete_rendezvous_session;
mod discover_rendezvous;
mod get_rendezvous_session;
mod update_rendezvous_session;
mod update_rendezvous_session_msc4108;

use axum::response::Response;
use herold_accounts::{Payload, RendezvousError};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, EXPIRES, LAST_MODIFIED, PRAGMA, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use ruma::api::error::ErrorKind;
use serde_json::json;

use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

const MSC4388: &str = "/_matrix/client/unstable/io.element.msc4388/rendezvous";
const MSC4108: &str = "/_matrix/client/unstable/org.matrix.msc4108/rendezvous";

pub(crate) fn routes(routes: Routes) -> Routes {
    let (one, one_msc4108) = (format!("{MSC4388}/{{id}}"), format!("{MSC4108}/{{id}}"));
    routes
        .open_json(Method::GET, MSC4388, Class::Read, discover_rendezvous::serve)
        .open_json(Method::POST, MSC4388, Class::SignIn, create_rendezvous_session::serve)
        .plain(Method::GET, &one, get_rendezvous_session::serve)
        .open_json(Method::PUT, &one, Class::SignIn, update_rendezvous_session::serve)
        .open_json(Method::DELETE, &one, Class::SignIn, delete_rendezvous_session::serve)
        .plain(Method::POST, MSC4108, create_rendezvous_session_msc4108::serve)
        .plain(Method::GET, &one_msc4108, get_rendezvous_session::serve_msc4108)
        .plain(Method::PUT, &one_msc4108, update_rendezvous_session_msc4108::serve)
        .open_json(Method::DELETE, &one_msc4108, Class::SignIn, delete_rendezvous_session::serve)
}

impl From<RendezvousError> for ApiError {
    fn from(error: RendezvousError) -> Self {
        let text = error.to_string();
        match error {
            RendezvousError::NotFound => Self::not_found(text),
            RendezvousError::TooLarge => Self::new(ErrorKind::TooLarge, text),
            RendezvousError::ConcurrentWrite => {
                let body = json!({ "errcode": "IO_ELEMENT_MSC4388_CONCURRENT_WRITE", "error": text });
                Self::with_body(StatusCode::CONFLICT, body)
            }
        }
    }
}

/// Adds what MSC4108 says in headers, and that nothing of it is to be kept or shown.
fn with_headers(mut response: Response, payload: &Payload) -> Response {
    let fixed = |value| HeaderValue::from_static(value);
    let mut headers: Vec<(HeaderName, HeaderValue)> = vec![
        (CACHE_CONTROL, fixed("no-store")),
        (PRAGMA, fixed("no-cache")),
        (X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (CONTENT_SECURITY_POLICY, fixed("sandbox; default-src 'none'; frame-ancestors 'none'")),
    ];
    let said = [
        (ETAG, etag(payload)),
        (EXPIRES, http_date(payload.expires_at)),
        (LAST_MODIFIED, http_date(payload.written_at)),
    ];
    // Letters, digits and dates are values of headers always.
    headers
        .extend(said.into_iter().filter_map(|(name, text)| Some((name, HeaderValue::try_from(text).ok()?))));
    response.headers_mut().extend(headers);
    response
}

/// How MSC4108 names a text.
fn etag(payload: &Payload) -> String {
    format!("\"{}\"", payload.sequence_token)
}

fn http_date(ms: i64) -> String {
    let since = std::time::Duration::from_millis(u64::try_from(ms).unwrap_or_default());
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + since)
}

/// Whether a browser goes there as to a page: a text that strangers wrote is shown to nobody as one.
fn is_navigation(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate")
}
