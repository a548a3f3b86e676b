//! GET /_matrix/client/v1/media/config, and GET /_matrix/media/v3/config for older clients

#![expect(deprecated, reason = "the older path stays served")]

use herold_accounts::Device;
use ruma::UInt;
use ruma::api::client::authenticated_media::get_media_config::v1::{Request, Response};
use ruma::api::client::media::get_media_config::v3;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Device, _: Request) -> Result<Response, ApiError> {
    Ok(Response::new(upload_size(&api)))
}

pub(crate) async fn serve_deprecated(
    api: SharedApi,
    _: Device,
    _: v3::Request,
) -> Result<v3::Response, ApiError> {
    Ok(v3::Response::new(upload_size(&api)))
}

fn upload_size(api: &SharedApi) -> UInt {
    UInt::try_from(api.media.upload_size_max()).unwrap_or(UInt::MAX)
}
