//! GET /_matrix/client/unstable/io.element.msc4308/thread_subscriptions

use axum::response::Response;
use herold_accounts::Device;
use herold_sync::{ThreadChanges, ThreadChangesQuery};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

#[derive(Deserialize)]
struct Parameters {
    dir: Option<String>,
    from: Option<String>,
    to: Option<String>,
    limit: Option<usize>,
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: JsonRequest,
) -> Result<Response, ApiError> {
    let Parameters { dir, from, to, limit } = request.query()?;
    if dir.as_deref() != Some("b") {
        return Err(ApiError::invalid_param("dir is b: the newest changes come first."));
    }
    if limit == Some(0) {
        return Err(ApiError::invalid_param("limit is greater than zero."));
    }
    let page = api.sync.thread_changes(&device, ThreadChangesQuery { from, to, limit }).await?;
    let mut body = Map::new();
    for (key, subscribed) in [("subscribed", true), ("unsubscribed", false)] {
        let rooms = by_room(&page, subscribed);
        if !rooms.is_empty() {
            body.insert(key.to_owned(), rooms.into());
        }
    }
    if let Some(end) = page.prev_batch {
        body.insert("end".to_owned(), end.into());
    }
    Ok(call::answer_json(&body.into()))
}

/// The changes by room and root, as clients read them.
fn by_room(page: &ThreadChanges, subscribed: bool) -> Map<String, Value> {
    let mut rooms = Map::new();
    for (room, changes) in page.by_room(subscribed) {
        let threads: Map<String, Value> = changes
            .into_iter()
            .map(|change| {
                let mut told = json!({ "bump_stamp": change.position });
                if subscribed {
                    told["automatic"] = change.automatic.into();
                }
                (change.thread.clone(), told)
            })
            .collect();
        rooms.insert(room.to_string(), threads.into());
    }
    rooms
}
