//! Spaces, and what rooms tell of themselves to those outside.

mod get_room_summary;
mod get_space_hierarchy;

use crate::limits::Class;
use crate::routing::Routes;

/// Where clients that know MSC3266 only ask for a summary.
const UNSTABLE_SUMMARIES: [&str; 2] = [
    "/_matrix/client/unstable/im.nheko.summary/summary/{room_id_or_alias}",
    "/_matrix/client/unstable/im.nheko.summary/rooms/{room_id_or_alias}/summary",
];

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes =
        routes.signed_in(Class::Read, get_space_hierarchy::serve).open(Class::Read, get_room_summary::serve);
    UNSTABLE_SUMMARIES
        .into_iter()
        .fold(routes, |routes, path| routes.open_at(path, Class::Read, get_room_summary::serve))
}
