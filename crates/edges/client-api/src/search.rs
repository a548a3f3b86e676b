//! Searching events by their words.

mod search_events;

use http::Method;

use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.plain(Method::POST, "/_matrix/client/v3/search", search_events::serve).plain(
        Method::POST,
        "/_matrix/client/r0/search",
        search_events::serve,
    )
}
