//! Events that are sent later, unless somebody says otherwise (MSC4140).

mod get_delayed_events;
mod schedule;
mod update_delayed_event;
mod update_delayed_event_by_body;

use http::Method;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) use schedule::{Delay, Delayed, schedule};

const PREFIX: &str = "/_matrix/client/unstable/org.matrix.msc4140/delayed_events";

/// Changing one needs no token, only its name: the server of a call does it for somebody who is gone.
pub(crate) fn routes(routes: Routes) -> Routes {
    let (one, action) = (format!("{PREFIX}/{{delay_id}}"), format!("{PREFIX}/{{delay_id}}/{{action}}"));
    routes
        .signed_in_json(Method::GET, PREFIX, Class::Read, get_delayed_events::serve)
        .open_json(Method::POST, &one, Class::Send, update_delayed_event_by_body::serve)
        .open_json(Method::POST, &action, Class::Send, update_delayed_event::serve)
}
