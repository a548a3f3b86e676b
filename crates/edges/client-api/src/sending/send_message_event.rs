//! PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}

use axum::response::Response;
use herold_accounts::Device;
use herold_rooms::{SendMessage, TransactionId};
use ruma::api::client::message::send_message_event::v3::{self, Request};

use crate::call::{self, SharedApi};
use crate::delayed_events::{Delay, Delayed, schedule};
use crate::error::ApiError;

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: Request,
    delay: Delay,
) -> Result<Response, ApiError> {
    if let Some(delay_ms) = delay.delay_ms {
        let delayed = Delayed {
            room_id: request.room_id,
            kind: request.event_type.to_string(),
            state_key: None,
            content: request.body.into_json(),
            delay_ms,
            transaction_id: Some(request.txn_id.to_string()),
        };
        return schedule(&api, &device, delayed).await;
    }
    let message = SendMessage {
        room_id: request.room_id,
        sender: device.user_id,
        kind: request.event_type.to_string().into(),
        content: request.body.into_json(),
        transaction: Some(TransactionId {
            device_number: device.device_number,
            transaction_id: request.txn_id.to_string(),
        }),
        origin_server_ts: None,
    };
    call::answer(v3::Response::new(api.rooms.send(message).await?))
}
