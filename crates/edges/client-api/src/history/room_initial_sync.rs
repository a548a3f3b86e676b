//! GET /_matrix/client/v3/rooms/{roomId}/initialSync

use axum::response::Response;
use herold_accounts::Device;
use herold_rooms::read::{ClientEvent, Direction, EventFilter, MessagesQuery};
use ruma::RoomId;
use ruma::events::room::member::MembershipState;
use ruma::serde::Raw;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::person;
use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

/// Messages where nobody says how many.
const LIMIT_USUAL: usize = 10;

#[derive(Deserialize)]
struct Query {
    limit: Option<usize>,
}

#[derive(Serialize)]
struct RoomInfo {
    room_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    membership: Option<MembershipState>,
    messages: Messages,
    state: Vec<Raw<Value>>,
    visibility: &'static str,
    account_data: Vec<AccountData>,
}

#[derive(Serialize)]
struct Messages {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    end: String,
    chunk: Vec<Raw<Value>>,
}

#[derive(Serialize)]
struct AccountData {
    #[serde(rename = "type")]
    kind: String,
    content: Box<RawValue>,
}

/// One room as a client shows it first. What is put together here is read in several steps: it may be of
/// several moments, and `end` is the earliest of them.
pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: JsonRequest,
) -> Result<Response, ApiError> {
    let room_id = RoomId::parse(request.argument(0))
        .map_err(|_| ApiError::invalid_param("A room's id begins with an exclamation mark."))?;
    let query: Query = request.query()?;
    let page = MessagesQuery {
        from: None,
        to: None,
        direction: Direction::Backward,
        limit: query.limit.unwrap_or(LIMIT_USUAL),
        filter: EventFilter::default(),
    };
    let page = api.rooms.messages(person(&device), &room_id, page).await?;
    let state = api.rooms.state(person(&device), &room_id).await?;
    let published = api.rooms.is_published(&room_id).await?;
    let kept = api.accounts.room_account_data(&device, &room_id).await?;
    let now_ms = api.clock.now_ms();
    let ready = |event: &ClientEvent| event.to_raw(now_ms, true);
    call::answer_ready(&RoomInfo {
        membership: state.iter().find_map(|event| own_membership(event, &device)),
        messages: Messages {
            start: page.end,
            end: page.start,
            chunk: page.chunk.iter().rev().map(ready).collect(),
        },
        state: state.iter().map(ready).collect(),
        visibility: if published { "public" } else { "private" },
        account_data: kept.into_iter().map(|(kind, content)| AccountData { kind, content }).collect(),
        room_id: room_id.to_string(),
    })
}

/// The caller's membership, if this is the event that says it.
fn own_membership(event: &ClientEvent, device: &Device) -> Option<MembershipState> {
    #[derive(Deserialize)]
    struct Content {
        membership: MembershipState,
    }
    let own = event.kind() == "m.room.member" && event.state_key() == Some(device.user_id.as_str());
    let content = own.then(|| event.to_raw::<Value>(0, false).get_field::<Content>("content"))?;
    content.ok().flatten().map(|content| content.membership)
}
