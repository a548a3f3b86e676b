//! What changed since a token.

mod sliding_body;
mod sliding_sync;
mod sync_events;
mod sync_events_v4;

use http::Method;

use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .plain(Method::GET, "/_matrix/client/v3/sync", sync_events::serve)
        .plain(Method::GET, "/_matrix/client/r0/sync", sync_events::serve)
        .plain(Method::POST, "/_matrix/client/v4/sync", sync_events_v4::serve)
        .plain(
            Method::POST,
            "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync",
            sliding_sync::serve,
        )
}
