//! GET /_matrix/client/v1/media/preview_url, and GET /_matrix/media/v3/preview_url for older clients

#![expect(deprecated, reason = "the older path stays served")]

use herold_accounts::Device;
use ruma::MilliSecondsSinceUnixEpoch;
use ruma::api::client::authenticated_media::get_media_preview::v1::{Request, Response};
use ruma::api::client::media::get_media_preview::v3;
use ruma::api::error::ErrorKind;
use serde_json::value::RawValue;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    Ok(Response::from_raw_value(preview(&api, &device, &request.url, request.ts).await?))
}

pub(crate) async fn serve_deprecated(
    api: SharedApi,
    device: Device,
    request: v3::Request,
) -> Result<v3::Response, ApiError> {
    Ok(v3::Response::from_raw_value(preview(&api, &device, &request.url, request.ts).await?))
}

async fn preview(
    api: &SharedApi,
    device: &Device,
    url: &str,
    at: Option<MilliSecondsSinceUnixEpoch>,
) -> Result<Box<RawValue>, ApiError> {
    if device.guest {
        return Err(ApiError::new(ErrorKind::GuestAccessForbidden, "Guests see no previews of links."));
    }
    let at_ms = at.and_then(|at| i64::try_from(u64::from(at.get())).ok());
    let preview = api.url_previews.preview(url, at_ms).await?;
    Ok((*preview).to_owned())
}
