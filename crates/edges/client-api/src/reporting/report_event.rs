//! POST /_matrix/client/v3/rooms/{roomId}/report/{eventId}

use herold_accounts::Device;
use herold_moderation::Subject;
use ruma::api::client::room::report_content::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::history::person;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let Request { room_id, event_id, reason, .. } = request;
    // Who may not see an event cannot report it.
    api.rooms.event(person(&device), &room_id, &event_id).await?;
    let subject = Subject::Event(room_id, event_id);
    api.moderation.report(device.user_number, subject, reason.as_deref().unwrap_or_default()).await?;
    Ok(Response::new())
}
