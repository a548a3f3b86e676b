//! POST /_matrix/client/v3/user_directory/search

use herold_accounts::Device;
use ruma::api::client::user_directory::search_users::v3::{Request, Response, User};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let (found, limited) = api.accounts.search_people(&device, &request.search_term, limit).await?;
    let user = |person: herold_accounts::FoundPerson| {
        let mut user = User::new(person.user_id);
        user.display_name = person.display_name;
        user.avatar_url = person.avatar_url;
        user
    };
    Ok(Response::new(found.into_iter().map(user).collect(), limited))
}
