//! GET /.well-known/matrix/server

use ruma::api::federation::discovery::discover_homeserver::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Visitor, _: Request) -> Result<Response, ApiError> {
    Ok(Response::new(api.well_known.server.clone().ok_or_else(super::not_set)?))
}
