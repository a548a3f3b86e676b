//! Making rooms and replacing them.

mod create_room;
mod upgrade_room;

use herold_accounts::AccountsError;
use herold_rooms::Profile;
use ruma::{OwnedUserId, UserId};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.signed_in(Class::Join, create_room::serve).signed_in(Class::Join, upgrade_room::serve)
}

/// What a user of this server is called, for their member events; of others nothing is known.
pub(crate) async fn profile(api: &SharedApi, user_id: &UserId) -> Result<Profile, ApiError> {
    match api.accounts.profile(user_id).await {
        Ok(profile) => Ok(shown(&profile)),
        Err(AccountsError::NotFound(_)) => Ok(Profile::default()),
        Err(error) => Err(error.into()),
    }
}

/// [`profile`] for many, in their order.
async fn profiles(
    api: &SharedApi,
    user_ids: Vec<OwnedUserId>,
) -> Result<Vec<(OwnedUserId, Profile)>, ApiError> {
    let known = api.accounts.profiles_by_id(&user_ids).await?;
    let with_profile = |user_id: OwnedUserId| {
        let profile = known.get(&user_id).map(shown).unwrap_or_default();
        (user_id, profile)
    };
    Ok(user_ids.into_iter().map(with_profile).collect())
}

/// What of a profile goes into member events.
fn shown(profile: &herold_accounts::Profile) -> Profile {
    Profile {
        displayname: profile.display_name().map(str::to_owned),
        avatar_url: profile.avatar_url().map(ToString::to_string),
    }
}
