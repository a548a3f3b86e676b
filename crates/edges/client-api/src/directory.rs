//! Names of rooms, and the list of published ones.

mod create_alias;
mod delete_alias;
mod get_alias;
mod get_aliases;
mod get_public_rooms;
mod get_room_visibility;
mod query_public_rooms;
mod set_room_visibility;

use herold_rooms::RoomsError;
use ruma::ServerName;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Send, create_alias::serve)
        .open(Class::Read, get_alias::serve)
        .signed_in(Class::Send, delete_alias::serve)
        .signed_in(Class::Read, get_aliases::serve)
        .open(Class::Read, get_public_rooms::serve)
        .open(Class::Read, get_room_visibility::serve)
        .signed_in(Class::Read, query_public_rooms::serve)
        .signed_in(Class::Send, set_room_visibility::serve)
}

/// Refuses to list the rooms of another server: none can be reached while this one stands alone.
fn check_own(api: &SharedApi, server: Option<&ServerName>) -> Result<(), ApiError> {
    match server {
        Some(server) if server != api.accounts.server_name() => {
            Err(RoomsError::Unreachable(format!("{server} cannot be reached: this server stands alone"))
                .into())
        }
        _ => Ok(()),
    }
}
