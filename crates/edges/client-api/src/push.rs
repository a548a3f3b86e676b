//! Push rules: what counts as a notification, and which ones stand out. Pushers, and what notified somebody. The push
//! gateway for other servers.

mod delete_pushrule;
mod get_notifications;
mod get_pushers;
mod get_pushrule;
mod get_pushrule_actions;
mod get_pushrule_enabled;
mod get_pushrules_all;
mod get_pushrules_global_scope;
mod notify;
mod post_pusher;
mod set_pushrule;
mod set_pushrule_actions;
mod set_pushrule_enabled;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .signed_in(Class::Read, get_notifications::serve)
        .signed_in(Class::Read, get_pushers::serve)
        .signed_in(Class::Account, post_pusher::serve)
        .signed_in(Class::Read, get_pushrules_all::serve)
        .signed_in(Class::Read, get_pushrules_global_scope::serve)
        .signed_in(Class::Read, get_pushrule::serve)
        .signed_in(Class::Account, set_pushrule::serve)
        .signed_in(Class::Account, delete_pushrule::serve)
        .signed_in(Class::Read, get_pushrule_enabled::serve)
        .signed_in(Class::Account, set_pushrule_enabled::serve)
        .signed_in(Class::Read, get_pushrule_actions::serve)
        .signed_in(Class::Account, set_pushrule_actions::serve);
    let routes = routes.plain(http::Method::POST, herold_push::GATEWAY_PATH, notify::serve);
    // Clients ask with the slash at the end and without.
    routes
        .plain(http::Method::GET, "/_matrix/client/v3/pushrules", get_pushrules_all::serve_without_slash)
        .plain(
            http::Method::GET,
            "/_matrix/client/v3/pushrules/global",
            get_pushrules_global_scope::serve_without_slash,
        )
}
