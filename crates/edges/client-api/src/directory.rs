//! Names of rooms, and the list of published ones.

mod create_alias;
mod delete_alias;
mod get_alias;
mod get_aliases;
mod get_room_visibility;
mod set_room_visibility;

use crate::limits::Class;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Send, create_alias::serve)
        .open(Class::Read, get_alias::serve)
        .signed_in(Class::Send, delete_alias::serve)
        .signed_in(Class::Read, get_aliases::serve)
        .open(Class::Read, get_room_visibility::serve)
        .signed_in(Class::Send, set_room_visibility::serve)
}
