//! GET /_matrix/client/v3/pushrules/

use axum::body::Body;
use herold_accounts::Device;
use ruma::api::client::push::get_pushrules_all::v3::{Request, Response};

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    Ok(Response::new(api.sync.push_rules(&device).await?))
}

pub(crate) async fn serve_without_slash(
    api: SharedApi,
    request: http::Request<Body>,
) -> Result<axum::response::Response, ApiError> {
    let (parts, _) = request.into_parts();
    let device = caller::device(&api, &parts).await?;
    call::answer(serve(api, device, Request::new()).await?)
}
