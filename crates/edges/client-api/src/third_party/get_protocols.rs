//! GET /_matrix/client/v3/thirdparty/protocols

use std::collections::BTreeMap;

use herold_accounts::Device;
use ruma::api::client::thirdparty::get_protocols::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(_: SharedApi, _: Device, _: Request) -> Result<Response, ApiError> {
    Ok(Response::new(BTreeMap::new()))
}
