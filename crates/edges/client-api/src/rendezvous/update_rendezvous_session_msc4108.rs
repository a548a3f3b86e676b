//! PUT /_matrix/client/unstable/org.matrix.msc4108/rendezvous/{id}

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use herold_accounts::RendezvousError;
use http::header::{CONTENT_TYPE, IF_MATCH};
use http::request::Parts;
use http::{Request, StatusCode};
use ruma::api::error::ErrorKind;
use serde_json::json;

use super::with_headers;
use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};
use crate::routing::path_arguments;

pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let path = path_arguments(&mut parts).await?;
    api.limits.check(Class::SignIn, Asker::Address(caller::address(&parts)))?;
    let seen = parts.headers.get(IF_MATCH).and_then(|etag| etag.to_str().ok());
    let seen = seen.map(|etag| etag.trim_matches('"').to_owned());
    let seen =
        seen.ok_or_else(|| ApiError::new(ErrorKind::MissingParam, "The header If-Match is missing."))?;
    let text = read_text(&parts, body).await?;
    let id = path.iter().next().map_or("", |(_, id)| id);
    let payload = api.rendezvous.update(id, &seen, text).map_err(|error| match error {
        RendezvousError::ConcurrentWrite => concurrent_write(&error),
        error => error.into(),
    })?;
    Ok(with_headers(StatusCode::ACCEPTED.into_response(), &payload))
}

/// 412, as MSC4108 says it.
fn concurrent_write(error: &RendezvousError) -> ApiError {
    let body = json!({
        "errcode": "M_UNKNOWN", "org.matrix.msc4108.errcode": "M_CONCURRENT_WRITE", "error": error.to_string(),
    });
    ApiError::with_body(StatusCode::PRECONDITION_FAILED, body)
}

/// The body, which is plain text.
pub(super) async fn read_text(parts: &Parts, body: Body) -> Result<String, ApiError> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/plain") {
        return Err(ApiError::invalid_param("The body is text/plain, and the header Content-Type says so."));
    }
    let bytes = call::read_body(body).await?;
    String::from_utf8(bytes.into()).map_err(|_| ApiError::invalid_param("The body is not UTF-8."))
}
