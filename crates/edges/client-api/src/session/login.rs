//! POST /_matrix/client/v3/login

use herold_accounts::{NewDevice, SignedIn};
use ruma::api::IncomingRequest;
use ruma::api::client::session::login::v3::{LoginInfo, Password, Request, Response};
use ruma::api::client::uiaa::UserIdentifier;
use ruma::api::error::{DeserializationError, ErrorKind, FromHttpRequestError};
use serde::de::Error as _;

use crate::call::{Read, Reading, SharedApi, Visitor};
use crate::error::ApiError;

/// ruma's request, but one without a `type` is an error: ruma's own reading of it panics there.
pub(crate) struct Login(Request);

impl Reading for Login {
    type Of = Request;

    fn read(request: http::Request<&[u8]>, path: &[&str]) -> Result<Self, FromHttpRequestError> {
        let body: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(request.body()).map_err(DeserializationError::Json)?;
        if !body.contains_key("type") {
            return Err(DeserializationError::Json(serde_json::Error::missing_field("type")).into());
        }
        Request::try_from_http_request(request, path).map(Self)
    }
}

pub(crate) async fn serve(
    api: SharedApi,
    visitor: Visitor,
    Read(Login(request)): Read<Login>,
) -> Result<Response, ApiError> {
    let device = NewDevice {
        device_id: request.device_id,
        display_name: request.initial_device_display_name,
        refreshable: request.refresh_token,
    };
    let signed_in = match request.login_info {
        LoginInfo::Password(password) => {
            let user = user(&password)?.to_owned();
            api.limits.check_sign_in(&user, visitor.address)?;
            api.accounts.sign_in_with_password(&user, password.password, device).await?
        }
        LoginInfo::Token(token) => api.accounts.sign_in_with_token(&token.token, device).await?,
        LoginInfo::ApplicationService(_) => {
            return Err(ApiError::forbidden("This server knows no application service with this token."));
        }
        _ => {
            return Err(ApiError::new(ErrorKind::Unknown, "This server does not offer this way to sign in."));
        }
    };
    Ok(answer(signed_in))
}

/// Whom a password is given for.
fn user(password: &Password) -> Result<&str, ApiError> {
    #[expect(deprecated, reason = "older clients still send the name this way")]
    let (user, address) = (password.user.as_deref(), password.address.as_deref());
    match (&password.identifier, user) {
        (Some(UserIdentifier::Matrix(identifier)), _) => Ok(&identifier.user),
        (None, Some(user)) => Ok(user),
        (None, None) if address.is_none() => {
            Err(ApiError::new(ErrorKind::MissingParam, "Say who signs in: the identifier is missing."))
        }
        _ => {
            Err(ApiError::forbidden("Sign in with your user id: this server does not know this identifier."))
        }
    }
}

fn answer(signed_in: SignedIn) -> Response {
    let SignedIn { user_id, device_id, access_token, refresh_token, expires_in_ms } = signed_in;
    let mut response = Response::new(user_id, access_token, device_id);
    response.refresh_token = refresh_token;
    response.expires_in = super::lifetime(expires_in_ms);
    response
}
