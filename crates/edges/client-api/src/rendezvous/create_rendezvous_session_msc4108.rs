//! POST /_matrix/client/unstable/org.matrix.msc4108/rendezvous

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use ruma::api::error::ErrorKind;
use serde_json::json;

use super::update_rendezvous_session_msc4108::read_text;
use super::{MSC4108, with_headers};
use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// Answers with the whole address of the place, so that this server has to know its own.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    api.limits.check(Class::SignIn, Asker::Address(caller::address(&parts)))?;
    let base_url = api.well_known.client_base_url.as_deref().ok_or_else(|| {
        ApiError::new(ErrorKind::Unrecognized, "This server does not know its own address.")
    })?;
    let (id, payload) = api.rendezvous.create(read_text(&parts, body).await?)?;
    let url = format!("{}{MSC4108}/{id}", base_url.trim_end_matches('/'));
    let response = (StatusCode::CREATED, call::answer_json(&json!({ "url": url }))).into_response();
    Ok(with_headers(response, &payload))
}
