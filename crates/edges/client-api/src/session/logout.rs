//! POST /_matrix/client/v3/logout

use herold_accounts::Device;
use ruma::api::client::session::logout::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    api.accounts.sign_out(&device).await?;
    Ok(Response::new())
}
