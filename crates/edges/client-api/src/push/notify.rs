//! POST /_matrix/push/v1/notify

use axum::body::Body;
use axum::response::Response;
use herold_push::{Notification, NotifyError};
use http::Request;
use serde::Deserialize;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};
use crate::routing::path_arguments;

/// Bytes of a body at most: an event has 64 KiB at most, and servers send little beside it.
const BODY_MAX: usize = 128 * 1024;

#[derive(Deserialize)]
struct Notify {
    notification: Notification,
}

/// Anybody may ask: other servers show no token.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    if !api.push.is_gateway() {
        return Err(NotifyError::Closed.into());
    }
    api.limits.check(Class::Notify, Asker::Address(caller::address(&parts)))?;
    let path = path_arguments(&mut parts).await?;
    let body = call::read_body_of(body, BODY_MAX).await?;
    let Notify { notification } = JsonRequest::new(&parts, &path, body).body()?;
    let rejected = api.push.notify(notification).await?;
    Ok(call::answer_json(&json!({ "rejected": rejected })))
}
