//! PUT /_matrix/client/v3/presence/{userId}/status

use herold_accounts::Device;
use ruma::api::client::presence::set_presence::v3::{Request, Response};
use ruma::presence::PresenceState;

use crate::call::SharedApi;
use crate::error::ApiError;

/// Bytes of a status message at most.
const STATUS_MAX: usize = 1_024;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    if request.user_id != device.user_id {
        return Err(ApiError::forbidden("Nobody sets the presence of another user."));
    }
    if !matches!(
        request.presence,
        PresenceState::Online | PresenceState::Offline | PresenceState::Unavailable
    ) {
        return Err(ApiError::invalid_param("presence is online, unavailable or offline."));
    }
    if request.status_msg.as_ref().is_some_and(|status| status.len() > STATUS_MAX) {
        return Err(ApiError::invalid_param(format!("status_msg has more than {STATUS_MAX} bytes.")));
    }
    api.sync.set_presence(&device, request.presence, request.status_msg)?;
    Ok(Response::new())
}
