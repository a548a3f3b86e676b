//! Making rooms and replacing them.

mod create_room;

use herold_rooms::Profile;
use ruma::UserId;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::limits::Class;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.signed_in(Class::Join, create_room::serve)
}

/// What a user of this server is called, for their member events; of others nothing is known.
pub(crate) async fn profile(_api: &SharedApi, _user_id: &UserId) -> Result<Profile, ApiError> {
    Ok(Profile::default())
}
