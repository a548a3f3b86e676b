//! GET /.well-known/matrix/client

use axum::body::Body;
use axum::response::Response;
use http::Request;
use serde_json::json;

use crate::call::{self, SharedApi};
use crate::caller;
use crate::calls::rtc_transports;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// Answers JSON of its own: clients find the media servers of calls here under an unstable name (MSC4143).
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    api.limits.check(Class::Read, Asker::Address(caller::address(&parts)))?;
    let base_url = api.well_known.client_base_url.as_ref().ok_or_else(super::not_set)?;
    let mut file = json!({ "m.homeserver": { "base_url": base_url } });
    let transports = rtc_transports(&api.calls);
    if !transports.is_empty() {
        file["org.matrix.msc4143.rtc_foci"] = transports.into();
    }
    Ok(call::answer_json(&file))
}
