//! Names of rooms, and the list of published ones.

mod create_alias;
mod delete_alias;
mod get_alias;
mod get_aliases;
mod get_public_rooms;
mod get_room_visibility;
mod query_public_rooms;
mod set_room_visibility;

use herold_accounts::Device;
use herold_rooms::RoomsError;
use ruma::ServerName;

use crate::call::{SharedApi, Visitor};
use crate::caller;
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

/// Who asks about rooms they may not be in: strangers only where the operator lets everybody see the directory.
pub(crate) async fn seeking_device(api: &SharedApi, visitor: &Visitor) -> Result<Option<Device>, ApiError> {
    let device = caller::visiting_device(api, visitor).await?;
    if device.is_none() && api.rooms.settings().directory_needs_sign_in {
        return Err(caller::missing_token());
    }
    Ok(device)
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
