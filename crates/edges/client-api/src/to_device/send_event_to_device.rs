//! PUT /_matrix/client/v3/sendToDevice/{eventType}/{txnId}

use herold_accounts::Device;
use ruma::api::client::to_device::send_event_to_device::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let caller = caller(device);
    api.encryption.send_to_device(&caller, &request.event_type, &request.txn_id, &request.messages).await?;
    Ok(Response::new())
}
