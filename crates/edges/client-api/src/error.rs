//! Errors as the client-server API spells them: HTTP status, `errcode`, `error`.

mod accounts;
mod delayed_events;
pub(crate) mod encryption;
mod media;
mod moderation;
mod push;
mod read;
mod rooms;
mod search;
mod sync;
mod url_previews;

use std::time::{Duration, Instant};

use axum::response::{IntoResponse, Response};
use herold_base::Seldom;
use http::StatusCode;
use ruma::api::OutgoingResponse;
use ruma::api::error::{
    DeserializationError, Error, ErrorBody, ErrorKind, FromHttpRequestError, StandardErrorBody,
};

/// A full disk refuses every request: one line in a while says it, and how many it stands for.
static FULL: Seldom = Seldom::new(Duration::from_secs(10));
/// So does a database that is away.
static UNAVAILABLE: Seldom = Seldom::new(Duration::from_secs(10));
/// And a store for files that is away, or gives back what it was not given.
static STORE_AWAY: Seldom = Seldom::new(Duration::from_secs(10));

/// An answer that is not a success. Texts are for people: what happened and what to do.
#[derive(Debug)]
pub struct ApiError(Error);

impl ApiError {
    /// An error with the status that usually goes with `kind`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::with_status(usual_status(&kind), kind, message)
    }

    /// An error with a status of its own.
    pub fn with_status(status: StatusCode, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Error::new(status, ErrorBody::Standard(StandardErrorBody::new(kind, message.into()))))
    }

    /// An error whose body has fields beyond `errcode` and `error`; `body` is the whole of it.
    pub fn with_body(status: StatusCode, body: serde_json::Value) -> Self {
        Self(Error::new(status, ErrorBody::Json(body)))
    }

    /// 500 `M_UNKNOWN`: a fault of the server's own. `error` goes to the log, not to the client.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request failed inside the server");
        let message = "The server could not do this because of a fault of its own. Nothing was changed.";
        Self::with_status(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Unknown, message)
    }

    /// 507 `M_UNKNOWN`: the disk is full. The specification has no code for it, and 507 says it to whoever
    /// looks at a proxy's log.
    pub fn full(message: impl Into<String>) -> Self {
        if let Some(left_out) = FULL.now(Instant::now()) {
            tracing::error!(left_out, "requests fail because the disk is full");
        }
        Self::with_status(StatusCode::INSUFFICIENT_STORAGE, ErrorKind::Unknown, message)
    }

    /// 503 `M_UNKNOWN`: the database does not answer, or not in time.
    pub fn unavailable(message: impl Into<String>) -> Self {
        if let Some(left_out) = UNAVAILABLE.now(Instant::now()) {
            tracing::error!(left_out, "requests fail because the database does not answer");
        }
        Self::with_status(StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Unknown, message)
    }

    /// 503 `M_UNKNOWN`: the store for files does not answer, or wrongly; `reason` goes to the log.
    pub fn store_away(message: impl Into<String>, reason: &str) -> Self {
        if let Some(left_out) = STORE_AWAY.now(Instant::now()) {
            tracing::error!(left_out, reason, "requests fail because of the store for files");
        }
        Self::with_status(StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Unknown, message)
    }

    /// 404 `M_NOT_FOUND`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// 403 `M_FORBIDDEN`.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Forbidden, message)
    }

    /// 400 `M_INVALID_PARAM`.
    pub fn invalid_param(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidParam, message)
    }

    /// 400 `M_BAD_JSON`.
    pub fn bad_json(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadJson, message)
    }
}

/// The HTTP status that the specification pairs with an error code where an endpoint says nothing else.
fn usual_status(kind: &ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::MissingToken
        | ErrorKind::UnknownToken(_)
        | ErrorKind::Unauthorized
        | ErrorKind::UserLocked => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden
        | ErrorKind::CannotLeaveServerNoticeRoom
        | ErrorKind::GuestAccessForbidden
        | ErrorKind::InviteBlocked
        | ErrorKind::UserDeactivated
        | ErrorKind::UserSuspended
        | ErrorKind::WrongRoomKeysVersion(_)
        | ErrorKind::ResourceLimitExceeded(_) => StatusCode::FORBIDDEN,
        ErrorKind::NotFound | ErrorKind::Unrecognized => StatusCode::NOT_FOUND,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::LimitExceeded(_) => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::NotYetUploaded => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::CannotOverwriteMedia => StatusCode::CONFLICT,
        _ => StatusCode::BAD_REQUEST,
    }
}

impl From<FromHttpRequestError> for ApiError {
    fn from(error: FromHttpRequestError) -> Self {
        let text = error.to_string();
        match error {
            FromHttpRequestError::MethodMismatch { .. } => {
                Self::with_status(StatusCode::METHOD_NOT_ALLOWED, ErrorKind::Unrecognized, text)
            }
            FromHttpRequestError::Deserialization(DeserializationError::Json(error)) => {
                let kind = if error.is_data() { ErrorKind::BadJson } else { ErrorKind::NotJson };
                Self::new(kind, error.to_string())
            }
            FromHttpRequestError::Deserialization(DeserializationError::Query(error)) => {
                let text = error.to_string();
                let missing = text.contains("missing field");
                Self::new(if missing { ErrorKind::MissingParam } else { ErrorKind::InvalidParam }, text)
            }
            _ => Self::invalid_param(text),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self.0.try_into_http_response::<Vec<u8>>() {
            Ok(response) => response.map(axum::body::Body::from),
            Err(error) => {
                tracing::error!(%error, "an error could not be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
