//! POST /_matrix/client/v4/sync

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use herold_sync::sliding::{
    ListFilters, RequiredState, RoomConfig, RoomList, SlidingRequest, Spelling, StatePattern,
};
use http::Request;
use ruma::OwnedRoomId;
use serde::Deserialize;

use super::sliding_body::{self, Extensions, Filters};
use crate::call::SharedApi;
use crate::error::ApiError;

/// Subscriptions in one request at most (MSC4186).
const SUBSCRIPTIONS_MAX: usize = 100;
/// Letters of a list's name at most ("Opaque identifiers").
const NAME_MAX: usize = 255;

#[derive(Deserialize)]
struct RequestBody {
    conn_id: Option<String>,
    pos: Option<String>,
    timeout: Option<u64>,
    set_presence: Option<String>,
    #[serde(default)]
    lists: BTreeMap<String, List>,
    #[serde(default)]
    room_subscriptions: BTreeMap<OwnedRoomId, Config>,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Deserialize)]
struct Config {
    timeline_limit: u64,
    required_state: Required,
}

#[derive(Deserialize)]
struct Required {
    #[serde(default)]
    include: Vec<Element>,
    #[serde(default)]
    exclude: Vec<Element>,
    #[serde(default)]
    lazy_members: bool,
}

#[derive(Deserialize)]
struct Element {
    #[serde(rename = "type")]
    kind: Option<String>,
    state_key: Option<String>,
}

#[derive(Deserialize)]
struct List {
    #[serde(flatten)]
    config: Config,
    range: Option<(u64, u64)>,
    filters: Option<MergedFilters>,
}

#[derive(Default, Deserialize)]
struct MergedFilters {
    #[serde(flatten)]
    common: Filters,
    is_invited: Option<bool>,
}

pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (device, _, body) = sliding_body::read::<RequestBody>(&api, request).await?;
    sliding_body::answer(&api, &device, translate(body)?).await
}

fn translate(body: RequestBody) -> Result<SlidingRequest, ApiError> {
    if body.room_subscriptions.len() > SUBSCRIPTIONS_MAX {
        let message = format!("There are more than {SUBSCRIPTIONS_MAX} room subscriptions.");
        return Err(ApiError::invalid_param(message));
    }
    if body.lists.keys().any(|name| !is_opaque(name)) {
        return Err(ApiError::invalid_param("The name of a list is no opaque identifier."));
    }
    let lists = body.lists.into_iter().map(|(name, list)| {
        let filters = list.filters.unwrap_or_default();
        let list = RoomList {
            ranges: list.range.map(|range| vec![sliding_body::range(range)]),
            config: list.config.translate(),
            filters: ListFilters { is_invited: filters.is_invited, ..filters.common.translate() },
        };
        (name, list)
    });
    let subscriptions = body.room_subscriptions.into_iter();
    Ok(SlidingRequest {
        spelling: Spelling::Merged,
        conn_id: body.conn_id.unwrap_or_default(),
        pos: body.pos,
        txn_id: None,
        timeout: Duration::from_millis(body.timeout.unwrap_or(0)),
        set_presence: sliding_body::presence(body.set_presence.as_deref())?,
        lists: lists.collect(),
        subscriptions: subscriptions.map(|(room, config)| (room, config.translate())).collect(),
        extensions: body.extensions.translate(),
    })
}

fn is_opaque(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !name.is_empty() && name.len() <= NAME_MAX && name.bytes().all(letter)
}

impl Config {
    fn translate(self) -> RoomConfig {
        let patterns = |elements: Vec<Element>| {
            let pattern =
                |element: Element| StatePattern { kind: element.kind, state_key: element.state_key };
            elements.into_iter().map(pattern).collect()
        };
        RoomConfig {
            timeline_limit: sliding_body::size(self.timeline_limit),
            required_state: RequiredState {
                include: patterns(self.required_state.include),
                exclude: patterns(self.required_state.exclude),
                lazy_members: self.required_state.lazy_members,
            },
        }
    }
}
