//! GET /_matrix/client/v3/notifications

use herold_accounts::Device;
use herold_sync::NotificationQuery;
use ruma::api::client::push::get_notifications::v3::{Notification, Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let query = NotificationQuery {
        from: request.from,
        limit: request.limit.map(u64::from),
        only_highlight: request.only.as_deref() == Some("highlight"),
    };
    let page = api.sync.notifications(&device, query).await?;
    let now_ms = api.clock.now_ms();
    let told = |found: herold_sync::Notification| {
        let (event, room_id) = (found.event.to_raw(now_ms, false), found.event.room().id.clone());
        Notification::new(found.actions, event, found.read, room_id, found.event.sent_at())
    };
    let mut response = Response::new(page.notifications.into_iter().map(told).collect());
    response.next_token = page.next;
    Ok(response)
}
