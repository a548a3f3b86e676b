//! What this server can do: versions and capabilities.

mod get_supported_versions;

use crate::limits::Class;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.open(Class::Read, get_supported_versions::serve)
}
