//! GET /_matrix/client/v3/rooms/{roomId}/joined_members

use herold_accounts::Device;
use ruma::api::client::membership::joined_members::v3::RoomMember;
use ruma::api::client::membership::joined_members::v3::{Request, Response};

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let members = api.rooms.joined_members(person(&device), &request.room_id).await?;
    let told = members.into_iter().map(|member| {
        let mut profile = RoomMember::new();
        profile.display_name = member.display_name;
        profile.avatar_url = member.avatar_url.map(Into::into);
        (member.user_id, profile)
    });
    Ok(Response::new(told.collect()))
}
