//! POST /_matrix/client/v3/user/{userId}/filter

use herold_accounts::Device;
use ruma::api::client::filter::create_filter::v3::{Request, Response};

use super::own;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    own(&device, &request.user_id)?;
    Ok(Response::new(api.sync.store_filter(&device, &request.filter).await?))
}
