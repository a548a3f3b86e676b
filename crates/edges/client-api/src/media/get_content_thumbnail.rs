//! GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}

use axum::body::Body;
use axum::response::Response;
use herold_accounts::Device;
use herold_media::{Method, ThumbnailRequest};
use http::request::Parts;
use ruma::UInt;
use ruma::api::client::authenticated_media::get_content_thumbnail::v1::Request;
use ruma::media;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::media::{disposition, file_answer};

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: Request,
    http: Parts,
    _: Body,
) -> Result<Response, ApiError> {
    let method = match request.method {
        Some(media::Method::Crop) => Method::Crop,
        Some(media::Method::Scale) | None => Method::Scale,
        Some(_) => return Err(ApiError::invalid_param("The method of a thumbnail is crop or scale.")),
    };
    let wanted = ThumbnailRequest {
        method,
        width: pixels(request.width),
        height: pixels(request.height),
        animated: request.animated == Some(true),
        asked_by: device.user_number,
    };
    let (server_name, media_id) = (&request.server_name, &request.media_id);
    let file = api.media.thumbnail(server_name, media_id, request.timeout_ms, wanted).await?;
    let disposition = disposition::of_thumbnail(file.content_type.as_deref());
    file_answer::write(&file, &disposition, &http).await
}

/// What is too large for the type is too large for any picture as well.
fn pixels(number: UInt) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
