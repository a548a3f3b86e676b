//! Signing in and out.

mod get_login_token;
mod get_login_types;
mod login;
mod logout;
mod logout_all;
mod refresh_token;

use std::time::Duration;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .open(Class::SignIn, login::serve)
        .open(Class::Read, get_login_types::serve)
        .open(Class::SignIn, refresh_token::serve)
        .signed_in(Class::SignIn, get_login_token::serve)
        .signed_in(Class::Account, logout::serve)
        .signed_in(Class::Account, logout_all::serve)
}

/// How long an access token lasts, as ruma writes it.
pub(crate) fn lifetime(expires_in_ms: Option<i64>) -> Option<Duration> {
    expires_in_ms.map(|lifetime| Duration::from_millis(lifetime.max(0).unsigned_abs()))
}
