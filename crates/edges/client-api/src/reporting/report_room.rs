//! POST /_matrix/client/v3/rooms/{roomId}/report

use herold_accounts::Device;
use herold_moderation::Subject;
use ruma::api::client::room::report_room::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

/// Answers alike whether there is such a room or not.
pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    api.moderation.report(device.user_number, Subject::Room(request.room_id), &request.reason).await?;
    Ok(Response::new())
}
