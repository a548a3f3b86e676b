//! POST /_matrix/client/v3/search

use axum::body::Body;
use axum::response::Response;
use herold_rooms::read::EventFilter;
use herold_search::{ContextWanted, GroupBy, Hit, Key, Order, SearchRequest, SearchResults};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use ruma::api::client::search::search_events::v3::{
    self, Criteria, EventContext, EventContextResult, GroupingKey, OrderBy, ResultCategories, ResultGroup,
    ResultGroupMap, ResultRoomEvents, SearchKeys, SearchResult, UserProfile,
};
use ruma::{UInt, UserId};
use serde_json::{Value, json};

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::history::person;
use crate::limits::{Asker, Class};
use crate::routing::path_arguments;

/// Reads and writes HTTP itself: ruma's types do not tell a context that is not asked for, and leave out results
/// that are none.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let path = path_arguments(&mut parts).await?;
    let device = caller::device(&api, &parts).await?;
    api.limits.check(Class::Read, Asker::User(device.user_number))?;
    let body = call::read_body(body).await?;
    let asks_context = asks_context(&body);
    let request: v3::Request = call::parse(parts, &path, body)?;
    let Some(criteria) = request.search_categories.room_events else {
        return Ok(ready(&json!({})));
    };
    // An empty token is no token.
    let from = request.next_batch.filter(|token| !token.is_empty());
    let search = search_request(criteria, from, asks_context)?;
    let found = api.search.search(person(&device), search).await?;
    if found.results.is_empty() {
        let nothing = json!({ "count": found.count, "highlights": [], "results": [] });
        return Ok(ready(&json!({ "room_events": nothing })));
    }
    let mut categories = ResultCategories::new();
    categories.room_events = answer(found, api.clock.now_ms());
    call::answer(v3::Response::new(categories))
}

/// An answer without results.
fn ready(categories: &Value) -> Response {
    let mut response = Response::new(Body::from(json!({ "search_categories": categories }).to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn asks_context(body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body["search_categories"]["room_events"]["event_context"].is_object()
}

fn search_request(
    criteria: Criteria,
    from: Option<String>,
    asks_context: bool,
) -> Result<SearchRequest, ApiError> {
    let all = || vec![SearchKeys::ContentBody, SearchKeys::ContentName, SearchKeys::ContentTopic];
    let keys = criteria.keys.unwrap_or_else(all).into_iter().map(|key| match key {
        SearchKeys::ContentBody => Ok(Key::Body),
        SearchKeys::ContentName => Ok(Key::Name),
        SearchKeys::ContentTopic => Ok(Key::Topic),
        _ => Err(ApiError::invalid_param("keys are content.body, content.name and content.topic.")),
    });
    let group_by = criteria.groupings.group_by.into_iter().map(|group| match group.key {
        Some(GroupingKey::RoomId) => Ok(GroupBy::Room),
        Some(GroupingKey::Sender) => Ok(GroupBy::Sender),
        _ => Err(ApiError::invalid_param("Results are grouped by room_id and sender.")),
    });
    let order = match criteria.order_by {
        None | Some(OrderBy::Rank) => Order::Rank,
        Some(OrderBy::Recent) => Order::Recent,
        Some(_) => return Err(ApiError::invalid_param("order_by is rank or recent.")),
    };
    let filter = criteria.filter;
    Ok(SearchRequest {
        term: criteria.search_term,
        keys: keys.collect::<Result<_, _>>()?,
        filter: EventFilter::from_request(&filter),
        rooms: filter.rooms,
        not_rooms: filter.not_rooms,
        senders: filter.senders,
        limit: filter.limit.map(size),
        order,
        context: asks_context.then(|| context_wanted(&criteria.event_context)),
        include_state: criteria.include_state.unwrap_or(false),
        group_by: group_by.collect::<Result<_, _>>()?,
        from,
    })
}

fn context_wanted(context: &EventContext) -> ContextWanted {
    ContextWanted {
        before: size(context.before_limit),
        after: size(context.after_limit),
        profiles: context.include_profile,
    }
}

fn size(limit: UInt) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

fn count(size: usize) -> UInt {
    UInt::try_from(size).unwrap_or(UInt::MAX)
}

fn answer(found: SearchResults, now_ms: i64) -> ResultRoomEvents {
    let mut events = ResultRoomEvents::new();
    events.count = Some(count(found.count));
    events.highlights = found.highlights;
    events.next_batch = found.next;
    events.results = found.results.into_iter().map(|hit| result(hit, now_ms)).collect();
    for (room, state) in found.states {
        events.state.insert(room, state.iter().map(|event| event.to_raw(now_ms, true)).collect());
    }
    for (by, groups) in found.groups {
        let groups = groups.into_iter().map(|(id, group)| {
            let mut told = ResultGroup::new();
            (told.next_batch, told.order, told.results) =
                (group.next, Some(count(group.order)), group.results);
            (id, told)
        });
        // The ids come from events: each is what it says it is.
        events.groups.insert(match by {
            GroupBy::Room => ResultGroupMap::RoomId(
                groups.filter_map(|(id, group)| Some((id.try_into().ok()?, group))).collect(),
            ),
            GroupBy::Sender => ResultGroupMap::Sender(
                groups.filter_map(|(id, group)| Some((UserId::parse(id).ok()?, group))).collect(),
            ),
        });
    }
    events
}

fn result(hit: Hit, now_ms: i64) -> SearchResult {
    let mut result = SearchResult::new();
    result.rank = Some(hit.rank);
    result.result = Some(hit.event.to_raw(now_ms, true));
    if let Some(context) = hit.context {
        let mut told = EventContextResult::new();
        (told.start, told.end) = (Some(context.start), Some(context.end));
        told.events_before = context.before.iter().map(|event| event.to_raw(now_ms, true)).collect();
        told.events_after = context.after.iter().map(|event| event.to_raw(now_ms, true)).collect();
        for (user, profile) in context.profiles {
            let mut named = UserProfile::new();
            named.displayname = profile.display_name;
            named.avatar_url = profile.avatar_url.map(Into::into);
            told.profile_info.insert(user, named);
        }
        result.context = told;
    }
    result
}
