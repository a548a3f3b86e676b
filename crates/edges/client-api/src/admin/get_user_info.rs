//! GET /_matrix/client/v3/admin/whois/{userId}

use herold_accounts::Device;
use ruma::api::client::admin::get_user_info::v3::{
    ConnectionInfo, DeviceInfo, Request, Response, SessionInfo,
};

use crate::call::SharedApi;
use crate::error::ApiError;

/// Where each device last called from; for administrators, and for everybody about themselves.
pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let user_number = if device.user_id == request.user_id {
        device.user_number
    } else {
        super::check_administrator(&api, &device, &request.user_id)?;
        api.accounts.listed(&request.user_id).await?.user_number
    };
    let mut response = Response::new();
    for own in api.accounts.devices(user_number).await? {
        let mut connection = ConnectionInfo::new();
        connection.ip = own.last_seen_ip;
        connection.last_seen = own.last_seen_at;
        let mut session = SessionInfo::new();
        session.connections.push(connection);
        let mut info = DeviceInfo::new();
        info.sessions.push(session);
        response.devices.insert(own.device_id.to_string(), info);
    }
    response.user_id = Some(request.user_id);
    Ok(response)
}
