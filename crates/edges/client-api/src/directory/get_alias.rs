//! GET /_matrix/client/v3/directory/room/{roomAlias}

use ruma::api::client::alias::get_alias::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, visitor: Visitor, request: Request) -> Result<Response, ApiError> {
    super::seeking_device(&api, &visitor).await?;
    let room_id = api.rooms.resolve_alias(&request.room_alias).await?;
    Ok(Response::new(room_id, vec![api.accounts.server_name().to_owned()]))
}
