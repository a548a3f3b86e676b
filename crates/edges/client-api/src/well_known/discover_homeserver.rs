//! GET /.well-known/matrix/client

use ruma::api::client::discovery::discover_homeserver::{HomeserverInfo, Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Visitor, _: Request) -> Result<Response, ApiError> {
    let base_url = api.well_known.client_base_url.clone().ok_or_else(super::not_set)?;
    Ok(Response::new(HomeserverInfo::new(base_url)))
}
