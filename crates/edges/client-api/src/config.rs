//! Account data: what clients keep with an account, and with its view of a room.

mod get_global_account_data;
mod get_room_account_data;
mod set_global_account_data;
mod set_room_account_data;

use herold_accounts::Device;
use ruma::UserId;

use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_global_account_data::serve)
        .signed_in(Class::Read, get_room_account_data::serve)
        .signed_in(Class::Account, set_global_account_data::serve)
        .signed_in(Class::Account, set_room_account_data::serve)
}

/// Refuses what belongs to other people.
pub(crate) fn check_own(device: &Device, user_id: &UserId) -> Result<(), ApiError> {
    if device.user_id == user_id {
        return Ok(());
    }
    Err(ApiError::forbidden("What an account keeps is its owner's affair only."))
}
