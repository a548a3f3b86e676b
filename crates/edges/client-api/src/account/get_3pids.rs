//! GET /_matrix/client/v3/account/3pid

use axum::body::Body;
use axum::response::Response;
use http::Request;
use serde_json::json;

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// No account of this server has e-mail addresses or phone numbers; ruma leaves an empty list out.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let device = caller::device(&api, &parts).await?;
    api.limits.check(Class::Read, Asker::User(device.user_number))?;
    Ok(call::answer_json(&json!({ "threepids": [] })))
}
