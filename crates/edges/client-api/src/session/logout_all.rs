//! POST /_matrix/client/v3/logout/all

use herold_accounts::Device;
use ruma::api::client::session::logout_all::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    api.accounts.sign_out_all(&device).await?;
    Ok(Response::new())
}
