//! Finding people, and the rooms that one shares with them.

mod get_mutual_rooms;
mod search_user_directory;

use http::Method;

use crate::limits::Class;
use crate::routing::Routes;

/// Where clients that know MSC2666 only ask for mutual rooms.
const UNSTABLE_MUTUAL_ROOMS: &str = "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, search_user_directory::serve)
        .plain(Method::GET, "/_matrix/client/v1/mutual_rooms", get_mutual_rooms::serve)
        .plain(Method::GET, UNSTABLE_MUTUAL_ROOMS, get_mutual_rooms::serve)
}
