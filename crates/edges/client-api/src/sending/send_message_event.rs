//! PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}

use herold_accounts::Device;
use herold_rooms::{SendMessage, TransactionId};
use ruma::api::client::message::send_message_event::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
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
    Ok(Response::new(api.rooms.send(message).await?))
}
