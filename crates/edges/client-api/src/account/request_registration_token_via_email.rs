//! POST /_matrix/client/v3/register/email/requestToken

use ruma::api::client::account::request_registration_token_via_email::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(_: SharedApi, _: Visitor, _: Request) -> Result<Response, ApiError> {
    Err(super::third_party_id_denied())
}
