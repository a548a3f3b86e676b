//! GET /_matrix/client/unstable/org.matrix.msc4140/delayed_events

use axum::response::Response;
use herold_accounts::Device;
use herold_delayed_events::DelayedEvent;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

#[derive(Clone, Serialize)]
struct Shown {
    delay_id: String,
    room_id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_key: Option<String>,
    delay: i64,
    running_since: i64,
    content: Box<RawValue>,
}

/// Older drafts call the list `delayed_events`, matrix-js-sdk reads `scheduled`. What an account may have
/// scheduled fits into one answer.
#[derive(Serialize)]
struct Answer {
    delayed_events: Vec<Shown>,
    scheduled: Vec<Shown>,
}

pub(crate) async fn serve(api: SharedApi, device: Device, _: JsonRequest) -> Result<Response, ApiError> {
    let scheduled = api.delayed_events.scheduled(device.user_number).await?;
    let scheduled: Vec<Shown> = scheduled.into_iter().map(shown).collect();
    call::answer_ready(&Answer { delayed_events: scheduled.clone(), scheduled })
}

fn shown(event: DelayedEvent) -> Shown {
    Shown {
        delay_id: event.delay_id,
        room_id: event.room_id,
        kind: event.kind,
        state_key: event.state_key,
        delay: event.delay_ms,
        running_since: event.running_since_ms,
        content: event.content,
    }
}
