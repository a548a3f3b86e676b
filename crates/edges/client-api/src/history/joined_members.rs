//! GET /_matrix/client/v3/rooms/{roomId}/joined_members

use axum::response::Response;
use herold_accounts::Device;
use ruma::api::client::membership::joined_members::v3::Request;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::person;
use crate::call::{self, SharedApi};
use crate::error::ApiError;

/// There are no parameters.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: Request,
    _: Nothing,
) -> Result<Response, ApiError> {
    let members = api.rooms.joined_members(person(&device), &request.room_id).await?;
    // Both fields, also where there is nothing to tell: clients of all times look for them.
    let told: Map<String, Value> = members
        .into_iter()
        .map(|member| {
            let profile = json!({ "display_name": member.display_name, "avatar_url": member.avatar_url });
            (member.user_id.into(), profile)
        })
        .collect();
    Ok(call::answer_json(&json!({ "joined": told })))
}
