//! DELETE /_matrix/client/v3/profile/{userId}/{keyName}

use herold_accounts::Device;
use ruma::api::client::profile::delete_profile_field::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    super::check_own(&device, &request.user_id)?;
    let change = api.accounts.delete_profile_field(&request.user_id, request.field.as_str()).await?;
    super::tell_rooms(&api, &request.user_id, &change).await?;
    Ok(Response::new())
}
