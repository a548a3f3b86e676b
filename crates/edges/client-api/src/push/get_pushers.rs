//! GET /_matrix/client/v3/pushers

use herold_accounts::Device;
use ruma::api::client::push::get_pushers::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    let pushers = api.push.pushers(&device).await?;
    let read = pushers.iter().map(|pusher| serde_json::from_value(pusher.to_json()));
    let pushers = read.collect::<Result<_, _>>().map_err(|error| ApiError::internal(&error))?;
    Ok(Response::new(pushers))
}
