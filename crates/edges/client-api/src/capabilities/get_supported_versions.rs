//! GET /_matrix/client/versions

use ruma::api::client::discovery::get_supported_versions::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

/// Versions of the specification whose required endpoints are all here.
const VERSIONS: &[&str] = &["v1.11", "v1.12"];

pub(crate) async fn serve(_: SharedApi, _: Visitor, _: Request) -> Result<Response, ApiError> {
    Ok(Response::new(VERSIONS.iter().map(|version| (*version).to_owned()).collect()))
}
