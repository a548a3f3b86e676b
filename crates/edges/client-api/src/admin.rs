//! What the specification lets administrators do to accounts.

mod get_user_info;
mod is_user_locked;
mod is_user_suspended;
mod lock_user;
mod suspend_user;

use herold_accounts::{Device, Standing};
use ruma::UserId;

use crate::Api;
use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_user_info::serve)
        .signed_in(Class::Read, is_user_locked::serve)
        .signed_in(Class::Read, is_user_suspended::serve)
        .signed_in(Class::Account, lock_user::serve)
        .signed_in(Class::Account, suspend_user::serve)
}

/// Refuses whoever is no administrator, and users of other servers.
fn check_administrator(api: &Api, device: &Device, user_id: &UserId) -> Result<(), ApiError> {
    if !device.admin {
        return Err(ApiError::forbidden("Only administrators of this server may do this."));
    }
    if user_id.server_name() != api.accounts.server_name() {
        return Err(ApiError::invalid_param("This user is not one of this server."));
    }
    Ok(())
}

/// The standing of an account, for administrators only.
async fn standing(api: &Api, device: &Device, user_id: &UserId) -> Result<Standing, ApiError> {
    check_administrator(api, device, user_id)?;
    Ok(api.accounts.listed(user_id).await?.standing)
}

/// Changes the standing of an account that is neither the caller's nor another administrator's.
async fn decide(
    api: &Api,
    device: &Device,
    user_id: &UserId,
    change: impl FnOnce(&mut Standing) + Send + 'static,
) -> Result<Standing, ApiError> {
    let before = standing(api, device, user_id).await?;
    if device.user_id == user_id || before.admin {
        return Err(ApiError::forbidden(
            "Administrators can do this neither to themselves nor to each other.",
        ));
    }
    let decided = api.accounts.decide(user_id, |mut standing| {
        change(&mut standing);
        standing
    });
    Ok(decided.await?)
}
