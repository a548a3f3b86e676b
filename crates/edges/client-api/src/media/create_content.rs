//! POST /_matrix/media/v3/upload

use axum::body::Body;
use axum::response::Response;
use herold_accounts::Device;
use herold_media::Description;
use http::request::Parts;
use ruma::api::client::media::create_content::v3::{Request, Response as Answer};

use crate::call::{self, SharedApi};
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
    let upload = api.media.upload(device.user_number, description);
    let content_uri = receive::file(upload, &http.headers, body).await?;
    call::answer(Answer::new(content_uri))
}
