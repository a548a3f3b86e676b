//! Sending events into rooms, and redacting them.

mod redact_event;
mod send_message_event;
mod send_state_event;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in_with(Class::Send, send_message_event::serve)
        .signed_in_with(Class::Send, send_state_event::serve)
        .signed_in(Class::Send, redact_event::serve)
}
