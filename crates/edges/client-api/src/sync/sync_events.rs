//! GET /_matrix/client/v3/sync

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use herold_sync::SyncRequest;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use serde::Deserialize;

use super::sliding_body::presence;
use crate::call::SharedApi;
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

#[derive(Deserialize)]
struct Query {
    filter: Option<String>,
    since: Option<String>,
    #[serde(default)]
    full_state: bool,
    set_presence: Option<String>,
    timeout: Option<u64>,
    #[serde(default)]
    use_state_after: bool,
}

/// The answer is written by the domain: its pieces are JSON already.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let device = caller::device(&api, &parts).await?;
    api.limits.check(Class::Sync, Asker::User(device.user_number))?;
    let query: Query = serde_html_form::from_str(parts.uri.query().unwrap_or_default())
        .map_err(|error| ApiError::invalid_param(error.to_string()))?;
    let request = SyncRequest {
        // An empty token is no token, as older clients send it.
        since: query.since.filter(|since| !since.is_empty()),
        filter: query.filter,
        full_state: query.full_state,
        set_presence: presence(query.set_presence.as_deref())?,
        timeout: Duration::from_millis(query.timeout.unwrap_or(0)),
        use_state_after: query.use_state_after,
    };
    // Thousands wait at once: what their requests were read into is given back before that.
    drop(parts);
    let body = api.sync.sync(&device, request).await?;
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
