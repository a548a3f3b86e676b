//! POST /_matrix/client/v3/refresh

use ruma::api::client::session::refresh_token::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Visitor, request: Request) -> Result<Response, ApiError> {
    let signed_in = api.accounts.refresh(&request.refresh_token).await?;
    let mut response = Response::new(signed_in.access_token);
    response.refresh_token = signed_in.refresh_token;
    response.expires_in_ms = super::lifetime(signed_in.expires_in_ms);
    Ok(response)
}
