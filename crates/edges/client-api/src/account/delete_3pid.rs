//! POST /_matrix/client/v3/account/3pid/delete

use herold_accounts::Device;
use ruma::api::client::account::delete_3pid::v3::{Request, Response};
use ruma::api::error::ErrorKind;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(_: SharedApi, _: Device, _: Request) -> Result<Response, ApiError> {
    Err(ApiError::new(ErrorKind::Forbidden, super::NO_THIRD_PARTY_IDS))
}
