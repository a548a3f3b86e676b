//! Where others find this server: files under /.well-known/matrix, as far as the operator set them.

mod discover_homeserver;
mod discover_server;
mod discover_support;

use http::Method;
use ruma::OwnedServerName;
use ruma::api::client::discovery::discover_support::Contact;

use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

/// What an operator lets others find.
#[derive(Clone, Debug, Default)]
pub struct WellKnown {
    /// The base URL that clients use.
    pub client_base_url: Option<String>,
    /// Where other servers connect.
    pub server: Option<OwnedServerName>,
    /// Whom to ask for help.
    pub contacts: Vec<Contact>,
    /// A page that helps.
    pub support_page: Option<String>,
}

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .plain(Method::GET, "/.well-known/matrix/client", discover_homeserver::serve)
        .open(Class::Read, discover_server::serve)
        .open(Class::Read, discover_support::serve)
}

/// 404: the operator did not set it.
fn not_set() -> ApiError {
    ApiError::not_found("Nothing is published here.")
}
