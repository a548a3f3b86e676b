//! GET /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}, and the same of MSC4108

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use herold_accounts::Payload;
use http::header::{CONTENT_TYPE, IF_NONE_MATCH};
use http::{Request, StatusCode};
use serde_json::json;

use super::{etag, is_navigation, with_headers};
use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};
use crate::routing::path_arguments;

pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (payload, _) = read(&api, request).await?;
    let expires_in_ms = payload.expires_at.saturating_sub(api.clock.now_ms());
    let body = json!({
        "data": payload.data, "sequence_token": payload.sequence_token, "expires_in_ms": expires_in_ms,
    });
    Ok(with_headers(call::answer_json(&body), &payload))
}

pub(crate) async fn serve_msc4108(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (payload, known) = read(&api, request).await?;
    let response = if known.is_some_and(|known| known == etag(&payload)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // Clients compare the type letter by letter.
        ([(CONTENT_TYPE, "text/plain")], payload.data.clone()).into_response()
    };
    Ok(with_headers(response, &payload))
}

/// The text that is asked for, and the name of the one that the client has.
async fn read(api: &SharedApi, request: Request<Body>) -> Result<(Payload, Option<String>), ApiError> {
    let (mut parts, _) = request.into_parts();
    let path = path_arguments(&mut parts).await?;
    api.limits.check(Class::Read, Asker::Address(caller::address(&parts)))?;
    if is_navigation(&parts.headers) {
        return Err(ApiError::forbidden("This is for apps, and no page."));
    }
    let id = path.iter().next().map_or("", |(_, id)| id);
    let known = parts.headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).map(str::to_owned);
    Ok((api.rendezvous.get(id)?, known))
}
