//! What this server can do: versions and capabilities.

mod get_capabilities;
mod get_supported_versions;

use http::Method;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .open(Class::Read, get_supported_versions::serve)
        .plain(Method::GET, "/_matrix/client/v3/capabilities", get_capabilities::serve)
        .plain(Method::GET, "/_matrix/client/r0/capabilities", get_capabilities::serve)
}
