//! GET /_matrix/client/v1/media/preview_url, and GET /_matrix/media/v3/preview_url for older clients

#![expect(deprecated, reason = "the older path stays served")]

use herold_accounts::Device;
use ruma::MilliSecondsSinceUnixEpoch;
use ruma::api::client::authenticated_media::get_media_preview::v1::{Request, Response};
use ruma::api::client::media::get_media_preview::v3;
use serde_json::value::RawValue;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Device, request: Request) -> Result<Response, ApiError> {
    Ok(Response::from_raw_value(preview(&api, &request.url, request.ts).await?))
}

pub(crate) async fn serve_deprecated(
    api: SharedApi,
    _: Device,
    request: v3::Request,
) -> Result<v3::Response, ApiError> {
    Ok(v3::Response::from_raw_value(preview(&api, &request.url, request.ts).await?))
}

async fn preview(
    api: &SharedApi,
    url: &str,
    at: Option<MilliSecondsSinceUnixEpoch>,
) -> Result<Box<RawValue>, ApiError> {
    let at_ms = at.and_then(|at| i64::try_from(u64::from(at.get())).ok());
    let preview = api.url_previews.preview(url, at_ms).await?;
    Ok((*preview).to_owned())
}
