//! Accounts: making, knowing, closing them.

mod check_registration_token_validity;
mod get_username_availability;
mod register;
mod whoami;

use crate::limits::Class;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .open(Class::SignIn, register::serve)
        .open(Class::SignIn, get_username_availability::serve)
        .open(Class::SignIn, check_registration_token_validity::serve)
        .signed_in(Class::Read, whoami::serve)
}
