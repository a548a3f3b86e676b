//! GET /_matrix/client/v3/rooms/{roomId}/members

use herold_accounts::Device;
use herold_rooms::read::MemberQuery;
use ruma::api::client::membership::get_member_events::v3::{Request, Response};

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let query = MemberQuery {
        at: request.at,
        membership: request.membership,
        not_membership: request.not_membership,
    };
    let members = api.rooms.members(person(&device), &request.room_id, query).await?;
    let now_ms = api.clock.now_ms();
    Ok(Response::new(members.iter().map(|event| event.to_raw(now_ms, true)).collect()))
}
