//! POST /_matrix/media/v1/create

use herold_accounts::Device;
use ruma::api::client::media::create_mxc_uri::v1::{Request, Response};
use ruma::{MilliSecondsSinceUnixEpoch, UInt};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    let created = api.media.create(device.user_number).await?;
    let mut response = Response::new(created.uri);
    response.unused_expires_at =
        UInt::try_from(created.unused_expires_at).ok().map(MilliSecondsSinceUnixEpoch);
    Ok(response)
}
