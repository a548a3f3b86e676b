//! POST /_matrix/client/v3/account/3pid/msisdn/requestToken

use ruma::api::client::account::request_3pid_management_token_via_msisdn::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(_: SharedApi, _: Visitor, _: Request) -> Result<Response, ApiError> {
    Err(super::third_party_id_denied())
}
