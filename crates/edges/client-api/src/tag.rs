//! Tags that people give their rooms.

mod create_tag;
mod delete_tag;
mod get_tags;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_tags::serve)
        .signed_in(Class::Account, create_tag::serve)
        .signed_in(Class::Account, delete_tag::serve)
}
