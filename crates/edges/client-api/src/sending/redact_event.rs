//! PUT /_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}

use herold_accounts::Device;
use herold_rooms::{Redact, TransactionId};
use ruma::api::client::redact::redact_event::v3::{Request, Response};
use serde_json::json;
use serde_json::value::to_raw_value;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let content = request.reason.map_or(json!({}), |reason| json!({ "reason": reason }));
    let redaction = Redact {
        room_id: request.room_id,
        sender: device.user_id,
        event_id: request.event_id,
        content: to_raw_value(&content).map_err(|error| ApiError::internal(&error))?,
        transaction: Some(TransactionId {
            device_number: device.device_number,
            transaction_id: request.txn_id.to_string(),
        }),
    };
    Ok(Response::new(api.rooms.redact(redaction).await?))
}
