//! PUT /_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}

use herold_accounts::Device;
use herold_rooms::{Redact, TransactionId};
use ruma::api::client::redact::redact_event::v3::{Request, Response};
use serde_json::json;
use serde_json::value::to_raw_value;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::history::person;
use crate::standing;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    if device.suspended {
        // A suspended account takes back what it said itself, and nothing else.
        let event = api.rooms.event(person(&device), &request.room_id, &request.event_id).await?;
        if event.sender_number != device.user_number {
            return Err(standing::suspended());
        }
    }
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
