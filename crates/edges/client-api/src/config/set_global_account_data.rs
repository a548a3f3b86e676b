//! PUT /_matrix/client/v3/user/{userId}/account_data/{type}

use herold_accounts::Device;
use ruma::api::client::config::set_global_account_data::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    super::check_own(&device, &request.user_id)?;
    let kind = request.event_type.to_string();
    api.accounts.set_account_data(&device, None, &kind, request.data.json()).await?;
    Ok(Response::new())
}
