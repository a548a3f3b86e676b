//! POST /_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use herold_sync::{Marker, Markers};
use http::Request;
use ruma::api::client::receipt::create_receipt::v3::{self, ReceiptType};
use ruma::api::error::ErrorKind;
use serde_json::Value;

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};
use crate::routing::path_arguments;

/// Reads `thread_id` itself: the specification wants `M_INVALID_PARAM` for whatever is wrong with it.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let path = path_arguments(&mut parts).await?;
    let device = caller::device(&api, &parts).await?;
    api.limits.check(Class::Account, Asker::User(device.user_number))?;
    let thread = thread(&call::read_body(body).await?)?;
    let request: v3::Request = call::parse(parts, &path, Bytes::new())?;
    let mut markers = Markers::default();
    match request.receipt_type {
        ReceiptType::Read => markers.read = Some(Marker { event_id: request.event_id, thread }),
        ReceiptType::ReadPrivate => {
            markers.read_private = Some(Marker { event_id: request.event_id, thread })
        }
        ReceiptType::FullyRead if thread.is_some() => {
            return Err(ApiError::invalid_param("m.fully_read is of no thread."));
        }
        ReceiptType::FullyRead => markers.fully_read = Some(request.event_id),
        _ => return Err(ApiError::invalid_param("There is no such type of receipt.")),
    }
    api.sync.set_markers(&device, &request.room_id, markers).await?;
    call::answer(v3::Response::new())
}

/// The thread a receipt is for.
fn thread(body: &[u8]) -> Result<Option<String>, ApiError> {
    if body.is_empty() {
        return Ok(None);
    }
    let body: Value =
        serde_json::from_slice(body).map_err(|error| ApiError::new(ErrorKind::NotJson, error.to_string()))?;
    let Value::Object(body) = body else { return Err(ApiError::bad_json("The body is not an object.")) };
    match body.get("thread_id") {
        None => Ok(None),
        Some(Value::String(thread)) if thread == "main" || thread.starts_with('$') => {
            Ok(Some(thread.clone()))
        }
        Some(_) => Err(ApiError::invalid_param("thread_id is \"main\" or the id of an event.")),
    }
}
