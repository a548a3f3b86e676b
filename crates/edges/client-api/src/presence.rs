//! How people are: online, idle, away.

mod get_presence;
mod set_presence;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.signed_in(Class::Read, get_presence::serve).signed_in(Class::Account, set_presence::serve)
}
