//! Who is typing.

mod create_typing_event;

use http::Method;

use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .plain(Method::PUT, "/_matrix/client/v3/rooms/{room_id}/typing/{user_id}", create_typing_event::serve)
        .plain(Method::PUT, "/_matrix/client/r0/rooms/{room_id}/typing/{user_id}", create_typing_event::serve)
}
