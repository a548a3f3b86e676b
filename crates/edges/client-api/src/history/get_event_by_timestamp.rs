//! GET /_matrix/client/v1/rooms/{roomId}/timestamp_to_event

use herold_accounts::Device;
use herold_rooms::read::Direction;
use ruma::MilliSecondsSinceUnixEpoch;
use ruma::api::Direction as RequestedDirection;
use ruma::api::client::room::get_event_by_timestamp::v1::{Request, Response};

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let direction = match request.dir {
        RequestedDirection::Backward => Direction::Backward,
        RequestedDirection::Forward => Direction::Forward,
    };
    let ts_ms = i64::from(request.ts.get());
    let found = api.rooms.event_by_timestamp(person(&device), &request.room_id, ts_ms, direction);
    let (event_id, ts_ms) = found.await?;
    let ts_ms = ts_ms.try_into().map_err(|_| ApiError::not_found("That event was sent at no time."))?;
    Ok(Response::new(event_id, MilliSecondsSinceUnixEpoch(ts_ms)))
}
