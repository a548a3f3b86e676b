//! POST /_matrix/client/unstable/org.matrix.simplified_msc3575/sync

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use herold_accounts::Device;
use herold_sync::sliding::{
    ListFilters, RequiredState, RoomConfig, RoomList, SlidingRequest, Spelling, StatePattern,
};
use http::Request;
use ruma::{OwnedRoomId, UserId};
use serde::Deserialize;

use super::sliding_body::{self, Extensions, Filters, Parameters};
use crate::call::SharedApi;
use crate::error::ApiError;

/// The state key that stands for the user's own id.
const ME: &str = "$ME";
/// The state key that stands for the members who matter to a timeline.
const LAZY: &str = "$LAZY";
/// Any type or state key.
const ANY: &str = "*";
const MEMBER: &str = "m.room.member";

#[derive(Deserialize)]
struct RequestBody {
    #[serde(default)]
    conn_id: Option<String>,
    txn_id: Option<String>,
    #[serde(default)]
    lists: BTreeMap<String, List>,
    #[serde(default)]
    room_subscriptions: BTreeMap<OwnedRoomId, Config>,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    required_state: Vec<(String, String)>,
    timeline_limit: u64,
}

#[derive(Deserialize)]
struct List {
    #[serde(flatten)]
    config: Config,
    ranges: Option<Vec<(u64, u64)>>,
    range: Option<(u64, u64)>,
    #[serde(default)]
    filters: Option<UnstableFilters>,
}

#[derive(Default, Deserialize)]
struct UnstableFilters {
    #[serde(flatten)]
    common: Filters,
    is_invite: Option<bool>,
}

pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (device, parameters, body) = sliding_body::read::<RequestBody>(&api, request).await?;
    let request = translate(&device, parameters, body)?;
    sliding_body::answer(&api, &device, request).await
}

fn translate(device: &Device, parameters: Parameters, body: RequestBody) -> Result<SlidingRequest, ApiError> {
    let me = &device.user_id;
    let lists = body.lists.into_iter().map(|(name, list)| {
        let ranges = list.ranges.or(list.range.map(|range| vec![range]));
        let filters = list.filters.unwrap_or_default();
        let list = RoomList {
            ranges: ranges.map(|ranges| ranges.into_iter().map(sliding_body::range).collect()),
            config: list.config.translate(me),
            filters: ListFilters { is_invited: filters.is_invite, ..filters.common.translate() },
        };
        (name, list)
    });
    let subscriptions = body.room_subscriptions.into_iter();
    Ok(SlidingRequest {
        spelling: Spelling::Unstable,
        conn_id: body.conn_id.unwrap_or_default(),
        pos: parameters.pos.filter(|pos| !pos.is_empty()),
        txn_id: body.txn_id,
        timeout: Duration::from_millis(parameters.timeout.unwrap_or(0)),
        set_presence: sliding_body::presence(parameters.set_presence.as_deref())?,
        lists: lists.collect(),
        subscriptions: subscriptions.map(|(room, config)| (room, config.translate(me))).collect(),
        extensions: body.extensions.translate(),
    })
}

impl Config {
    fn translate(self, me: &UserId) -> RoomConfig {
        let mut required = RequiredState::default();
        for (kind, state_key) in self.required_state {
            if state_key == LAZY {
                required.lazy_members |= kind == MEMBER;
                continue;
            }
            let state_key = if state_key == ME { me.to_string() } else { state_key };
            required.include.push(StatePattern {
                kind: (kind != ANY).then_some(kind),
                state_key: (state_key != ANY).then_some(state_key),
            });
        }
        RoomConfig { timeline_limit: sliding_body::size(self.timeline_limit), required_state: required }
    }
}
