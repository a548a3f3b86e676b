//! Events that relate to others: the children of an event, and the threads of a room.

mod get_relating_events;
mod get_relating_events_with_rel_type;
mod get_relating_events_with_rel_type_and_event_type;
mod get_threads;

use herold_rooms::read::{Direction, RelationsQuery};
use ruma::UInt;
use ruma::api::Direction as RequestedDirection;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_relating_events::serve)
        .signed_in(Class::Read, get_relating_events_with_rel_type::serve)
        .signed_in(Class::Read, get_relating_events_with_rel_type_and_event_type::serve)
        .signed_in(Class::Read, get_threads::serve)
}

/// A query for children of any kind, as the three endpoints spell it.
fn query(
    direction: RequestedDirection,
    from: Option<String>,
    to: Option<String>,
    limit: Option<UInt>,
    recurse: bool,
) -> RelationsQuery {
    let direction = match direction {
        RequestedDirection::Backward => Direction::Backward,
        RequestedDirection::Forward => Direction::Forward,
    };
    RelationsQuery { rel_type: None, kind: None, from, to, direction, limit: limit.map(size), recurse }
}

/// A limit as a size.
fn size(limit: UInt) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// How deep was looked, where the client wanted that.
fn depth(recurse: bool) -> Option<UInt> {
    let depth = u32::try_from(herold_rooms::read::DEPTH_MAX).unwrap_or(u32::MAX);
    recurse.then(|| UInt::from(depth))
}
