//! PUT /_matrix/client/v3/rooms/{roomId}/typing/{userId}

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::Request;
use ruma::api::client::typing::create_typing_event::v3::{self, Typing};
use serde_json::{Value, json};

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};
use crate::routing::path_arguments;

/// How long somebody types who does not say.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The specification lets `timeout` be left out, ruma does not.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let path = path_arguments(&mut parts).await?;
    let device = caller::device(&api, &parts).await?;
    api.limits.check(Class::Account, Asker::User(device.user_number))?;
    let body = with_timeout(call::read_body(body).await?);
    let request: v3::Request = call::parse(parts, &path, body)?;
    if request.user_id != device.user_id {
        return Err(ApiError::forbidden("Nobody types for another user."));
    }
    let lasting = match request.state {
        Typing::No => None,
        Typing::Yes(info) => Some(info.timeout),
    };
    api.sync.set_typing(&device, &request.room_id, lasting).await?;
    call::answer(v3::Response::new())
}

fn with_timeout(body: Bytes) -> Bytes {
    match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(mut fields)) if fields.get("timeout").is_none_or(Value::is_null) => {
            fields.insert("timeout".to_owned(), json!(TIMEOUT.as_millis() as u64));
            Value::Object(fields).to_string().into()
        }
        _ => body,
    }
}
