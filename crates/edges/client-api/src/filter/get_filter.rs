//! GET /_matrix/client/v3/user/{userId}/filter/{filterId}

use herold_accounts::Device;
use ruma::api::client::filter::get_filter::v3::{Request, Response};

use super::own;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    own(&device, &request.user_id)?;
    Ok(Response::new(api.sync.stored_filter(&device, &request.filter_id).await?))
}
