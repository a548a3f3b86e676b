//! Filters that accounts store for later.

mod create_filter;
mod get_filter;

use herold_accounts::Device;
use ruma::UserId;

use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.signed_in(Class::Account, create_filter::serve).signed_in(Class::Read, get_filter::serve)
}

/// Filters are everybody's own.
fn own(device: &Device, user_id: &UserId) -> Result<(), ApiError> {
    if device.user_id == user_id {
        Ok(())
    } else {
        Err(ApiError::forbidden("These are the filters of another user."))
    }
}
