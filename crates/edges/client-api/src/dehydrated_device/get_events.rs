//! GET and POST /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events

use axum::response::Response;
use herold_accounts::Device;
use ruma::DeviceId;
use ruma::events::AnyToDeviceEvent;
use ruma::serde::Raw;
use serde::{Deserialize, Serialize};

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;
use crate::keys::caller;

/// Where to begin: the proposal and ruma say `next_batch`, in the query or the body, matrix-js-sdk `from`.
#[derive(Deserialize)]
struct Begin {
    #[serde(alias = "from")]
    next_batch: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    events: Vec<Raw<AnyToDeviceEvent>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_batch: Option<String>,
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: JsonRequest,
) -> Result<Response, ApiError> {
    let (body, query): (Begin, Begin) = (request.body()?, request.query()?);
    let begin = body.next_batch.or(query.next_batch);
    let device_id = <&DeviceId>::from(request.argument(0));
    let page = api.encryption.dehydrated_events(&caller(device), device_id, begin.as_deref()).await?;
    call::answer_ready(&Answer { events: page.events, next_batch: page.next_batch })
}
