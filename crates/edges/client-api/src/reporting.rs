//! Reporting content to the administrators of the server.

mod report_event;
mod report_room;
mod report_user;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Send, report_event::serve)
        .signed_in(Class::Send, report_room::serve)
        .signed_in(Class::Send, report_user::serve)
}
