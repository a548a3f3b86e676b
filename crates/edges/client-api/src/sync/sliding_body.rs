//! What both spellings of sliding sync have in common over HTTP: reading a request, its filters and extensions,
//! and giving the answer, whose JSON the domain writes.

use axum::body::Body;
use axum::response::Response;
use herold_accounts::Device;
use herold_sync::THREAD_CHANGES_USUAL as CHANGES_USUAL;
use herold_sync::sliding::{self, Coverage, ListFilters, SlidingRequest};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use ruma::OwnedRoomId;
use ruma::api::error::ErrorKind;
use ruma::presence::PresenceState;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// What the query may say.
#[derive(Deserialize)]
pub(super) struct Parameters {
    pub(super) pos: Option<String>,
    pub(super) timeout: Option<u64>,
    pub(super) set_presence: Option<String>,
}

/// Filters of lists that both spellings have.
#[derive(Default, Deserialize)]
pub(super) struct Filters {
    is_dm: Option<bool>,
    spaces: Option<Vec<OwnedRoomId>>,
    is_encrypted: Option<bool>,
    room_types: Option<Vec<Option<String>>>,
    #[serde(default)]
    not_room_types: Option<Vec<Option<String>>>,
    tags: Option<Vec<String>>,
    #[serde(default)]
    not_tags: Option<Vec<String>>,
}

impl Filters {
    pub(super) fn translate(self) -> ListFilters {
        ListFilters {
            is_dm: self.is_dm,
            spaces: self.spaces,
            is_encrypted: self.is_encrypted,
            is_invited: None,
            room_types: self.room_types,
            not_room_types: self.not_room_types.unwrap_or_default(),
            tags: self.tags,
            not_tags: self.not_tags.unwrap_or_default(),
        }
    }
}

/// Extensions; those that are not known here are not looked at.
#[derive(Default, Deserialize)]
pub(super) struct Extensions {
    to_device: Option<ToDevice>,
    e2ee: Option<Switch>,
    account_data: Option<Covering>,
    receipts: Option<Covering>,
    typing: Option<Covering>,
    #[serde(rename = "io.element.msc4308.thread_subscriptions")]
    thread_subscriptions: Option<Limited>,
}

#[derive(Deserialize)]
struct Switch {
    enabled: Option<bool>,
}

#[derive(Deserialize)]
struct Limited {
    enabled: Option<bool>,
    limit: Option<u64>,
}

#[derive(Deserialize)]
struct ToDevice {
    enabled: Option<bool>,
    limit: Option<u64>,
    since: Option<String>,
}

#[derive(Deserialize)]
struct Covering {
    enabled: Option<bool>,
    lists: Option<Vec<String>>,
    rooms: Option<Vec<String>>,
}

impl Extensions {
    pub(super) fn translate(self) -> sliding::Extensions {
        let covering = |extension: Option<Covering>| {
            let extension = extension.filter(|extension| extension.enabled == Some(true))?;
            Some(Coverage { lists: extension.lists, rooms: extension.rooms })
        };
        let to_device = self.to_device.filter(|to_device| to_device.enabled == Some(true));
        sliding::Extensions {
            to_device: to_device
                .map(|asked| sliding::ToDevice { since: asked.since, limit: asked.limit.map(size) }),
            e2ee: self.e2ee.is_some_and(|e2ee| e2ee.enabled == Some(true)),
            account_data: covering(self.account_data),
            receipts: covering(self.receipts),
            typing: covering(self.typing),
            thread_subscriptions: self
                .thread_subscriptions
                .filter(|threads| threads.enabled == Some(true))
                .map(|threads| threads.limit.map_or(CHANGES_USUAL, size)),
        }
    }
}

/// Reads a request: who asks, what its query says and what its body says.
pub(super) async fn read<B: DeserializeOwned>(
    api: &SharedApi,
    request: Request<Body>,
) -> Result<(Device, Parameters, B), ApiError> {
    let (parts, body) = request.into_parts();
    let device = caller::device(api, &parts).await?;
    api.limits.check(Class::Sync, Asker::User(device.user_number))?;
    let parameters = serde_html_form::from_str(parts.uri.query().unwrap_or_default())
        .map_err(|error| ApiError::invalid_param(error.to_string()))?;
    let body = call::read_body(body).await?;
    let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
    let body = serde_json::from_slice(body).map_err(|error| {
        let kind = if error.is_data() { ErrorKind::BadJson } else { ErrorKind::NotJson };
        ApiError::new(kind, format!("The body cannot be read: {error}."))
    })?;
    Ok((device, parameters, body))
}

/// The answer to `request`.
pub(super) async fn answer(
    api: &SharedApi,
    device: &Device,
    request: SlidingRequest,
) -> Result<Response, ApiError> {
    let body = api.sync.sliding_sync(device, request).await?;
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// What `set_presence` says.
pub(super) fn presence(said: Option<&str>) -> Result<PresenceState, ApiError> {
    match said {
        None | Some("online") => Ok(PresenceState::Online),
        Some("unavailable") => Ok(PresenceState::Unavailable),
        Some("offline") => Ok(PresenceState::Offline),
        Some(_) => Err(ApiError::invalid_param("set_presence is online, unavailable or offline.")),
    }
}

/// A range of a list.
pub(super) fn range((from, to): (u64, u64)) -> (usize, usize) {
    (size(from), size(to))
}

/// A number of things; there are never more than memory can count.
pub(super) fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
