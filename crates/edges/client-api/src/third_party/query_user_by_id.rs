//! GET /_matrix/client/v3/thirdparty/user

use herold_accounts::Device;
use ruma::api::client::thirdparty::get_user_for_user_id::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(_: SharedApi, _: Device, _: Request) -> Result<Response, ApiError> {
    Err(super::nothing())
}
