//! POST /_matrix/client/v3/register

use herold_accounts::{AccountsError, NewAccount, NewDevice, Registration, SignedIn};
use ruma::api::IncomingRequest;
use ruma::api::client::account::register::RegistrationKind;
use ruma::api::client::account::register::v3::{Request, Response};
use ruma::api::client::uiaa::AuthData;
use ruma::api::error::{ErrorKind, FromHttpRequestError};
use ruma::{DeviceId, OwnedUserId};
use serde::Deserialize;

use crate::call::{Read, Reading, SharedApi, Visitor};
use crate::error::ApiError;
use crate::{Api, session, uiaa};

/// What is asked; ruma has no place for the token of a guest who wants to stay.
pub(crate) struct Asked {
    request: Request,
    guest_access_token: Option<String>,
}

impl Reading for Asked {
    type Of = Request;

    fn read(request: http::Request<&[u8]>, path: &[&str]) -> Result<Self, FromHttpRequestError> {
        #[derive(Default, Deserialize)]
        struct Guest {
            guest_access_token: Option<String>,
        }
        // What else is wrong with the body, ruma says.
        let guest: Guest = serde_json::from_slice(request.body()).unwrap_or_default();
        let request = Request::try_from_http_request(request, path)?;
        Ok(Self { request, guest_access_token: guest.guest_access_token })
    }
}

pub(crate) async fn serve(
    api: SharedApi,
    _: Visitor,
    Read(Asked { request, guest_access_token }): Read<Asked>,
) -> Result<Response, ApiError> {
    if request.kind == RegistrationKind::Guest {
        // Of what a guest says of themselves, only the name of the device counts.
        let signed_in = api.accounts.create_guest(request.initial_device_display_name).await?;
        return Ok(answer(signed_in.user_id.clone(), Some(signed_in)));
    }
    check_kind(&request)?;
    if api.accounts.settings().registration == Registration::Closed {
        return Err(AccountsError::RegistrationClosed.into());
    }
    let inhibit_login = request.inhibit_login;
    let session = request.auth.as_ref().and_then(AuthData::session).map(str::to_owned);
    let device = NewDevice {
        device_id: request.device_id,
        display_name: request.initial_device_display_name,
        refreshable: request.refresh_token,
    };
    device.check()?;
    // Whoever missed the answer is given it again, for the same device.
    if let (Some(session), Some(password)) = (&session, &request.password) {
        let (name, device) = (request.username.as_deref(), (!inhibit_login).then(|| device.clone()));
        if let Some((user_id, signed_in)) =
            api.accounts.register_again(session, name, password, device).await?
        {
            return Ok(answer(user_id, signed_in));
        }
    }
    // Errors about the form come first, at every step: nobody proves anything in vain.
    let guest = match (&guest_access_token, &request.username) {
        (Some(token), username) => Some(api.accounts.check_guest(token, username.as_deref()).await?),
        (None, Some(username)) => {
            api.accounts.check_username(username).await?;
            None
        }
        (None, None) => None,
    };
    if let Some(password) = &request.password {
        api.accounts.check_password(password)?;
    }
    uiaa::require_for_registration(&api, request.auth.as_ref()).await?;
    let made = make(&api, guest, request.username.as_deref(), request.password).await;
    if let (Err(_), Some(session)) = (&made, &session) {
        // What was proven lets somebody make one account, and none was made.
        api.accounts.give_back(session);
    }
    let account = made?;
    let note = |device_id: Option<&DeviceId>| {
        if let Some(session) = &session {
            api.accounts.note_registration(session, &account, device_id);
        }
    };
    note(None);
    // On the way here they agreed to all of it.
    api.accounts.agree(account.user_number).await?;
    if inhibit_login {
        return Ok(answer(account.user_id, None));
    }
    let signed_in = api.accounts.sign_in_new(&account, device).await?;
    note(Some(&signed_in.device_id));
    Ok(answer(account.user_id, Some(signed_in)))
}

fn answer(user_id: OwnedUserId, signed_in: Option<SignedIn>) -> Response {
    let mut response = Response::new(user_id);
    if let Some(signed_in) = signed_in {
        response.access_token = Some(signed_in.access_token);
        response.device_id = Some(signed_in.device_id);
        response.refresh_token = signed_in.refresh_token;
        response.expires_in = session::lifetime(signed_in.expires_in_ms);
    }
    response
}

async fn make(
    api: &Api,
    guest: Option<NewAccount>,
    name: Option<&str>,
    password: Option<String>,
) -> Result<NewAccount, ApiError> {
    let Some(password) = password else {
        return Err(ApiError::new(ErrorKind::MissingParam, "Choose a password."));
    };
    Ok(match guest {
        Some(guest) => api.accounts.upgrade_guest(guest, password).await?,
        None => api.accounts.create(name, Some(password), false).await?,
    })
}

fn check_kind(request: &Request) -> Result<(), ApiError> {
    if request.login_type.is_some() {
        return Err(ApiError::forbidden("This server knows no application service with this token."));
    }
    match request.kind {
        RegistrationKind::User => Ok(()),
        _ => Err(ApiError::invalid_param("The kind of an account is \"user\" or \"guest\".")),
    }
}
