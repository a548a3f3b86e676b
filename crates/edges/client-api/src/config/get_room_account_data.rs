//! GET /_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}

use herold_accounts::Device;
use ruma::api::client::config::get_room_account_data::v3::{Request, Response};
use ruma::serde::Raw;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    super::check_own(&device, &request.user_id)?;
    let kind = request.event_type.to_string();
    let content = api.accounts.account_data(&device, Some(&request.room_id), &kind).await?;
    Ok(Response::new(Raw::from_json(content)))
}
