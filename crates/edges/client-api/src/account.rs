//! Accounts: making, knowing, closing them.

mod add_3pid;
mod bind_3pid;
mod change_password;
mod check_registration_token_validity;
mod deactivate;
mod delete_3pid;
mod get_3pids;
mod get_username_availability;
mod register;
mod request_3pid_management_token_via_email;
mod request_3pid_management_token_via_msisdn;
mod request_openid_token;
mod request_password_change_token_via_email;
mod request_password_change_token_via_msisdn;
mod request_registration_token_via_email;
mod request_registration_token_via_msisdn;
mod unbind_3pid;
mod whoami;

use http::{Method, StatusCode};
use ruma::api::error::ErrorKind;

use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

/// Why nothing about e-mail addresses and phone numbers can be changed (the capability `m.3pid_changes`).
const NO_THIRD_PARTY_IDS: &str = "Accounts of this server have no e-mail addresses or phone numbers.";
/// Why nothing is bound at an identity server.
const NO_IDENTITY_SERVERS: &str = "This server works with no identity servers.";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .open(Class::SignIn, register::serve)
        .open(Class::SignIn, get_username_availability::serve)
        .open(Class::SignIn, check_registration_token_validity::serve)
        .signed_in(Class::Read, whoami::serve)
        .signed_in(Class::SignIn, change_password::serve)
        .signed_in(Class::SignIn, deactivate::serve)
        .signed_in(Class::Account, request_openid_token::serve)
        .plain(Method::GET, "/_matrix/client/v3/account/3pid", get_3pids::serve)
        .plain(Method::GET, "/_matrix/client/r0/account/3pid", get_3pids::serve)
        .signed_in(Class::Account, add_3pid::serve)
        .signed_in(Class::Account, bind_3pid::serve)
        .signed_in(Class::Account, delete_3pid::serve)
        .signed_in(Class::Account, unbind_3pid::serve)
        .open(Class::SignIn, request_3pid_management_token_via_email::serve)
        .open(Class::SignIn, request_3pid_management_token_via_msisdn::serve)
        .open(Class::SignIn, request_password_change_token_via_email::serve)
        .open(Class::SignIn, request_password_change_token_via_msisdn::serve)
        .open(Class::SignIn, request_registration_token_via_email::serve)
        .open(Class::SignIn, request_registration_token_via_msisdn::serve)
}

/// 403 `M_THREEPID_DENIED`: nobody is sent a token by e-mail or text message.
fn third_party_id_denied() -> ApiError {
    ApiError::with_status(StatusCode::FORBIDDEN, ErrorKind::ThreepidDenied, NO_THIRD_PARTY_IDS)
}
