//! GET /_matrix/media/v3/download/..., /_matrix/media/v3/thumbnail/...: downloads without an access
//! token, which the specification froze in version 1.12. No file here is old enough for them.

use axum::body::Body;
use axum::response::Response;

use crate::call::SharedApi;
use crate::error::ApiError;

/// What is frozen.
pub(super) const PATHS: &[&str] = &[
    "/_matrix/media/v3/download/{server_name}/{media_id}",
    "/_matrix/media/v3/download/{server_name}/{media_id}/{filename}",
    "/_matrix/media/v3/thumbnail/{server_name}/{media_id}",
    "/_matrix/media/r0/download/{server_name}/{media_id}",
    "/_matrix/media/r0/download/{server_name}/{media_id}/{filename}",
    "/_matrix/media/r0/thumbnail/{server_name}/{media_id}",
];

pub(crate) async fn serve(_: SharedApi, _: http::Request<Body>) -> Result<Response, ApiError> {
    Err(ApiError::not_found(
        "Files are served to signed-in people only. Use a client that asks /_matrix/client/v1/media.",
    ))
}
