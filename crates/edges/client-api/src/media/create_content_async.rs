//! PUT /_matrix/media/v3/upload/{serverName}/{mediaId}

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use herold_accounts::Device;
use herold_media::Description;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use ruma::api::client::media::create_content_async::v3::Request;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::media::receive;

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: Request,
    http: Parts,
    body: Body,
) -> Result<Response, ApiError> {
    let description = Description::new(request.content_type, request.filename)?;
    let (server_name, media_id) = (&request.server_name, &request.media_id);
    let upload = api.media.upload_to(device.user_number, server_name, media_id, description).await?;
    receive::file(upload, &http.headers, body).await?;
    // ruma's answer cannot be made outside of ruma.
    Ok(([(CONTENT_TYPE, "application/json")], "{}").into_response())
}
