//! POST /_matrix/client/v3/users/{userId}/report

use herold_accounts::Device;
use herold_moderation::Subject;
use ruma::api::client::reporting::report_user::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

/// Answers alike whether there is such a user or not.
pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    api.moderation.report(device.user_number, Subject::User(request.user_id), &request.reason).await?;
    Ok(Response::new())
}
