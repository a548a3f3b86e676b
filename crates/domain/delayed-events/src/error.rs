//! What can go wrong with events that are sent later.

use std::time::Duration;

use herold_rooms::RoomsError;
use herold_storage::StorageError;

use crate::{DELAY_MS_MAX, SCHEDULED_MAX};

/// An error about events that are sent later. Texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum DelayedError {
    /// The delay is longer than this server waits.
    #[error("an event is delayed by {DELAY_MS_MAX} milliseconds at most")]
    TooLong,
    /// The account has too many events scheduled.
    #[error("you have {SCHEDULED_MAX} events scheduled already: wait until one is sent, or cancel one")]
    TooMany {
        /// When the next of them is sent.
        retry_after: Duration,
    },
    /// There is no such event, or it was forgotten.
    #[error("there is no such delayed event")]
    NotFound,
    /// It is too late: the event was sent, or cancelled, or is being sent.
    #[error("{0}")]
    Conflict(&'static str),
    /// Something given means nothing.
    #[error("{0}")]
    InvalidParam(String),
    /// The content is no JSON object.
    #[error("the content of an event is a JSON object")]
    BadJson,
    /// The content is too large for an event.
    #[error("the event would be too large")]
    TooLarge,
    /// The sender's account is closed, locked or suspended.
    #[error("the account that scheduled this may not send at the moment")]
    Standing,
    /// The room refuses it.
    #[error(transparent)]
    Rooms(#[from] RoomsError),
}

impl From<StorageError> for DelayedError {
    fn from(error: StorageError) -> Self {
        Self::Rooms(error.into())
    }
}
