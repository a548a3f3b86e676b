//! A file as an answer: whole or in part, or "you have it already".

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use herold_media::{MediaError, MediaFile};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use ruma::http_headers::ContentDisposition;

use super::range::{self, Range};
use crate::error::ApiError;

/// What a browser may do with a file that it was led to: nothing that runs. The specification's words.
const POLICY: &str = "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; \
                      style-src 'unsafe-inline'; object-src 'self';";
/// A file never changes; only who may see it is private.
const FOR_EVER: &str = "private, max-age=31536000, immutable";
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// Answers `http` with `file`.
pub(super) async fn write(
    file: &MediaFile,
    disposition: &ContentDisposition,
    http: &Parts,
) -> Result<Response, ApiError> {
    let etag = format!("\"{}\"", file.etag());
    let mut response = if has_already(&http.headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        bytes(file, &etag, disposition, http).await?
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, text(&etag)?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

async fn bytes(
    file: &MediaFile,
    etag: &str,
    disposition: &ContentDisposition,
    http: &Parts,
) -> Result<Response, ApiError> {
    let size = file.size();
    let (status, start, length) = match wanted(http, etag, size) {
        Range::Whole => (StatusCode::OK, 0, size),
        Range::Part { start, length } => (StatusCode::PARTIAL_CONTENT, start, length),
        Range::Unsatisfiable => {
            let range = [(CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
    };
    let body = if http.method == Method::HEAD {
        Body::empty()
    } else {
        let log = |error: &MediaError| tracing::error!(?error, "a download broke off");
        Body::from_stream(file.read(start, length).await?.inspect_err(log))
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, text(file.content_type.as_deref().unwrap_or(UNKNOWN_TYPE))?);
    headers.insert(CONTENT_DISPOSITION, text(&disposition.to_string())?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{size}", start + length - 1);
        headers.insert(CONTENT_RANGE, text(&range)?);
    }
    Ok(response)
}

/// The range asked for. `If-Range` with another version of the file makes it the whole file.
fn wanted(http: &Parts, etag: &str, size: u64) -> Range {
    let same = http.headers.get(IF_RANGE).is_none_or(|value| value.as_bytes() == etag.as_bytes());
    let value = http.headers.get(RANGE).and_then(|value| value.to_str().ok());
    match value {
        Some(value) if same && http.method == Method::GET => range::parse(value, size),
        _ => Range::Whole,
    }
}

fn has_already(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn text(value: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::from_str(value).map_err(|error| ApiError::internal(&error))
}
