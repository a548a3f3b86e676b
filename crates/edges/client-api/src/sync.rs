//! What changed since a token.

mod sync_events;

use http::Method;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.plain(Method::GET, "/_matrix/client/v3/sync", sync_events::serve).plain(
        Method::GET,
        "/_matrix/client/r0/sync",
        sync_events::serve,
    )
}
