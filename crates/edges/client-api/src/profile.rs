//! Profiles: what people show of themselves.

mod delete_profile_field;
mod get_profile;
mod get_profile_field;
mod set_profile_field;

use herold_accounts::{Device, ProfileChange};
use ruma::UserId;

use crate::call::{SharedApi, Visitor};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};
use crate::room;
use crate::routing::Routes;

/// How often one change of a profile is told at most.
const TELLINGS_MAX: usize = 3;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .open(Class::Read, get_profile::serve)
        .open(Class::Read, get_profile_field::serve)
        .signed_in(Class::Account, set_profile_field::serve)
        .signed_in(Class::Account, delete_profile_field::serve)
}

/// Counts strangers by their address like whoever asks for free names: a profile says who is here.
async fn check_reader(api: &SharedApi, visitor: &Visitor) -> Result<(), ApiError> {
    match caller::visiting_device(api, visitor).await? {
        Some(_) => Ok(()),
        None => api.limits.check(Class::SignIn, Asker::Address(visitor.address)),
    }
}

/// Refuses changes of other people's profiles.
fn check_own(device: &Device, user_id: &UserId) -> Result<(), ApiError> {
    if device.user_id == user_id {
        return Ok(());
    }
    Err(ApiError::forbidden("You can change your own profile only."))
}

/// Tells the rooms of `user_id` what they are called now. Somebody who changes it at the same time may
/// overtake: then it is told again.
async fn tell_rooms(api: &SharedApi, user_id: &UserId, change: &ProfileChange) -> Result<(), ApiError> {
    if !change.shown_in_rooms {
        return Ok(());
    }
    let mut profile = room::profile(api, user_id).await?;
    for _ in 0..TELLINGS_MAX {
        api.rooms.update_profile(user_id, &profile).await?;
        let now = room::profile(api, user_id).await?;
        if now == profile {
            break;
        }
        profile = now;
    }
    Ok(())
}
