//! GET /_matrix/client/v3/directory/room/{roomAlias}

use ruma::api::client::alias::get_alias::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

/// Everybody is told, as the specification wants it: clients send no token here, even of those who are signed in.
pub(crate) async fn serve(api: SharedApi, _: Visitor, request: Request) -> Result<Response, ApiError> {
    let room_id = api.rooms.resolve_alias(&request.room_alias).await?;
    Ok(Response::new(room_id, vec![api.accounts.server_name().to_owned()]))
}
