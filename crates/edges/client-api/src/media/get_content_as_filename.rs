//! GET /_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}

use axum::body::Body;
use axum::response::Response;
use herold_accounts::Device;
use http::request::Parts;
use ruma::api::client::authenticated_media::get_content_as_filename::v1::Request;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::media::{disposition, file_answer};

pub(crate) async fn serve(
    api: SharedApi,
    _: Device,
    request: Request,
    http: Parts,
    _: Body,
) -> Result<Response, ApiError> {
    let file = api.media.file(&request.server_name, &request.media_id, request.timeout_ms).await?;
    let disposition = disposition::of_file(file.content_type.as_deref(), Some(request.filename));
    file_answer::write(&file, &disposition, &http).await
}
