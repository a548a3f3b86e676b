//! GET /_matrix/client/v1/mutual_rooms

use axum::body::Body;
use axum::response::Response;
use http::Request;
use ruma::OwnedUserId;
use ruma::api::error::{DeserializationError, FromHttpRequestError};
use serde::Deserialize;
use serde_json::json;

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// The last name is that of MSC2666, which ruma knows instead.
#[derive(Deserialize)]
struct Query {
    user_id: OwnedUserId,
    from: Option<String>,
    batch_token: Option<String>,
}

pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let device = caller::device(&api, &parts).await?;
    api.limits.check(Class::Read, Asker::User(device.user_number))?;
    let query: Query = serde_html_form::from_str(parts.uri.query().unwrap_or_default())
        .map_err(|error| FromHttpRequestError::from(DeserializationError::Query(error)))?;
    if query.user_id == device.user_id {
        return Err(ApiError::invalid_param("All your rooms are rooms that you share with yourself."));
    }
    let from = query.from.or(query.batch_token);
    let page = api.rooms.mutual_rooms(device.user_number, &query.user_id, from.as_deref()).await?;
    let mut body = json!({ "joined": page.rooms, "count": page.count });
    if let Some(next) = page.next {
        body["next_batch"] = json!(next);
        body["next_batch_token"] = json!(next);
    }
    Ok(call::answer_json(&body))
}
