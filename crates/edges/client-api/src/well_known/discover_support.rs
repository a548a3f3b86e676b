//! GET /.well-known/matrix/support

use ruma::api::client::discovery::discover_support::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Visitor, _: Request) -> Result<Response, ApiError> {
    let known = &api.well_known;
    if known.contacts.is_empty() && known.support_page.is_none() {
        return Err(super::not_set());
    }
    let mut response = Response::with_contacts(known.contacts.clone());
    response.support_page = known.support_page.clone();
    Ok(response)
}
