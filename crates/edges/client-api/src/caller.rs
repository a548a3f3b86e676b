//! From a request's access token to the device that calls.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use herold_accounts::{AccountsError, Device};
use http::header::AUTHORIZATION;
use http::request::Parts;
use ruma::UserId;
use ruma::api::error::ErrorKind;

use crate::call::Visitor;
use crate::error::ApiError;
use crate::limits::{Asker, Class};
use crate::{Api, standing};

/// The device that sends a request: its token is good, and its account may do this.
pub(crate) async fn device(api: &Api, parts: &Parts) -> Result<Device, ApiError> {
    let device = known_device(api, &token(parts)?, address(parts)).await?;
    standing::check(&device, &parts.method, parts.uri.path())?;
    standing::check_consent(&api.accounts, &device, parts.uri.path())?;
    Ok(device)
}

/// The device of a token. What is remembered passes always; a token that must be looked up in the database
/// waits where its address showed too many that nobody has. So guessing costs the guesser, and whoever shares
/// the address is held up only in the moment in which their own token is not remembered yet.
async fn known_device(api: &Api, token: &str, address: IpAddr) -> Result<Device, ApiError> {
    let asker = Asker::Address(address);
    if !api.accounts.remembers(token) {
        api.limits.look(Class::UnknownToken, asker)?;
    }
    let found = api.accounts.device(token, address).await;
    if let Err(AccountsError::UnknownToken { soft_logout: false }) = found {
        api.limits.check(Class::UnknownToken, asker)?;
    }
    Ok(found?)
}

/// The device that sends a request which needs none: where there is a token, it is good, and its account
/// may read.
pub(crate) async fn visiting_device(api: &Api, visitor: &Visitor) -> Result<Option<Device>, ApiError> {
    let Some(token) = &visitor.token else { return Ok(None) };
    let device = known_device(api, token, visitor.address).await?;
    match device {
        Device { locked: true, .. } => Err(standing::locked()),
        Device { owes_consent: true, .. } => Err(api.accounts.consent_not_given(&device).into()),
        device => Ok(Some(device)),
    }
}

/// After a join: takes the owner of `token` out of all rooms where the account was closed while they joined. What
/// was joined before the closing, the closing itself takes them out of.
pub(crate) async fn leave_where_closed(api: &Api, token: &str, user_id: &UserId) -> Result<(), ApiError> {
    if api.accounts.remembers(token) {
        return Ok(());
    }
    let account = api.accounts.known(user_id).await?;
    if account.deactivated_at.is_some() {
        api.rooms.leave_all(user_id).await?;
        return Err(AccountsError::UnknownToken { soft_logout: false }.into());
    }
    Ok(())
}

/// 401 `M_MISSING_TOKEN`.
pub(crate) fn missing_token() -> ApiError {
    ApiError::new(ErrorKind::MissingToken, "Sign in first: the request has no access token.")
}

/// The access token of a request: the `Authorization` header, or the `access_token` parameter that
/// older clients still send.
pub(crate) fn token(parts: &Parts) -> Result<String, ApiError> {
    if let Some(header) = parts.headers.get(AUTHORIZATION) {
        let text = header.to_str().map_err(|_| missing_token())?;
        let (scheme, token) = text.split_once(' ').ok_or_else(missing_token)?;
        return if scheme.eq_ignore_ascii_case("bearer") {
            Ok(token.trim().to_owned())
        } else {
            Err(missing_token())
        };
    }
    let query = parts.uri.query().unwrap_or_default();
    let parameters: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let found = parameters.into_iter().find(|(name, _)| name == "access_token");
    found.map(|(_, token)| token).ok_or_else(missing_token)
}

/// The address a request came from; the server puts it there, behind a trusted proxy the client's.
pub(crate) fn address(parts: &Parts) -> IpAddr {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}
