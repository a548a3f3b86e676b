//! GET /_matrix/client/v3/profile/{userId}/{keyName}

use ruma::api::client::profile::get_profile_field::v3::{Request, Response};
use ruma::profile::ProfileFieldValue;

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, visitor: Visitor, request: Request) -> Result<Response, ApiError> {
    super::check_reader(&api, &visitor).await?;
    let field = request.field.as_str();
    let value = api.accounts.profile_field(&request.user_id, field).await?;
    let value = ProfileFieldValue::new(field, value).map_err(|error| ApiError::internal(&error))?;
    Ok(Response::new(value))
}
