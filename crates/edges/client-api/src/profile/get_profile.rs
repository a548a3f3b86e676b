//! GET /_matrix/client/v3/profile/{userId}

use ruma::api::client::profile::get_profile::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, visitor: Visitor, request: Request) -> Result<Response, ApiError> {
    super::check_reader(&api, &visitor).await?;
    Ok(api.accounts.profile(&request.user_id).await?.0.into_iter().collect())
}
