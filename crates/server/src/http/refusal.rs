//! Answers that are given before any route is asked, or instead of one. They look like every error of the
//! specification, and pages of any origin may read them: a client in a browser would otherwise see no answer at all.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE,
};
use http::{Request, StatusCode};

/// Bytes of a request's path and query at most.
pub(super) const URI_BYTES_MAX: usize = 32 * 1024;
/// Bytes of a request's head at most.
pub(super) const HEAD_BYTES_MAX: usize = 64 * 1024;
/// What each line of a head costs beside its name and value (RFC 7541, section 4.1).
const LINE_BYTES: usize = 32;

/// What every refusal says beside its own: type, and who may read it.
const HEADERS: [(http::HeaderName, &str); 4] = [
    (CONTENT_TYPE, "application/json"),
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (ACCESS_CONTROL_ALLOW_METHODS, "GET,HEAD,POST,PUT,DELETE,OPTIONS"),
    (ACCESS_CONTROL_ALLOW_HEADERS, "x-requested-with,content-type,authorization,if-match,if-none-match"),
];

/// The errcode and text for a status that is given without asking a route.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::URI_TOO_LONG => ("M_TOO_LARGE", "The address of this request is too long."),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            ("M_TOO_LARGE", "The headers of this request are too many or too large.")
        }
        StatusCode::GATEWAY_TIMEOUT => ("M_UNKNOWN", "The server took too long. Please try again."),
        StatusCode::INTERNAL_SERVER_ERROR => {
            ("M_UNKNOWN", "The server could not do this because of a fault of its own.")
        }
        _ => ("M_UNKNOWN", "This is no HTTP request that the server can read."),
    }
}

fn body(status: StatusCode) -> String {
    let (errcode, error) = words(status);
    serde_json::json!({ "errcode": errcode, "error": error }).to_string()
}

/// The answer that refuses a request with `status`.
pub(super) fn refusal(status: StatusCode) -> Response {
    (status, HEADERS, body(status)).into_response()
}

/// The same as HTTP/1.1 writes it, for a connection that ends with it.
pub(super) fn written(status: StatusCode) -> Vec<u8> {
    let (body, reason) = (body(status), status.canonical_reason().unwrap_or_default());
    let mut text = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16());
    for (name, value) in HEADERS {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    text.into_bytes()
}

/// Why a request is refused for its head alone; `None` where it is not.
pub(super) fn of_head(request: &Request<impl Sized>) -> Option<Response<Body>> {
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if uri > URI_BYTES_MAX {
        return Some(refusal(StatusCode::URI_TOO_LONG));
    }
    let lines = request.headers().iter();
    let head: usize = lines.map(|(name, value)| name.as_str().len() + value.len() + LINE_BYTES).sum();
    (uri + head > HEAD_BYTES_MAX).then(|| refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE))
}
