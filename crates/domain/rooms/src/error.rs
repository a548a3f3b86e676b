//! What can go wrong in rooms, in the words of the specification. HTTP is added at the edge.

use herold_room_rules::{BuildError, RedactError, Rejection, ResolveError, StoredError};
use herold_storage::StorageError;
use ruma::api::error::ErrorKind;
use ruma::{OwnedServerName, RoomVersionId};

/// An error about rooms and events. Texts are for people; they name ids, never content.
#[derive(Debug, thiserror::Error)]
pub enum RoomsError {
    /// The rules, or the state of the room, do not allow it.
    #[error("{0}")]
    Forbidden(String),
    /// No such room, event, alias or state; or nothing that the asker may know of.
    #[error("{0}")]
    NotFound(String),
    /// A guest may not do this here.
    #[error("guests may not do this here: register an account first")]
    GuestForbidden,
    /// No such room version, or none that rooms can be made in.
    #[error("this server has no such room version: {0}")]
    UnsupportedRoomVersion(String),
    /// The events that a room was to be made of contradict each other or the rules.
    #[error("{0}")]
    InvalidRoomState(String),
    /// The alias exists.
    #[error("this alias exists already")]
    AliasExists,
    /// The alias that a new room was to have points to another room already.
    #[error("this alias is taken: choose another")]
    AliasTaken,
    /// An alias in `m.room.canonical_alias` does not point to this room.
    #[error("{0}")]
    BadAlias(String),
    /// What was asked for does not fit the state it was asked in (`M_BAD_STATE`).
    #[error("{0}")]
    BadState(String),
    /// The sender has annotated the event in the same way before.
    #[error("you have annotated this event in the same way before")]
    DuplicateAnnotation,
    /// The event that a thread was to begin at relates to another event itself.
    #[error("no thread can begin at an event that relates to another event itself")]
    ThreadWithinRelation,
    /// A room must be left before it is forgotten.
    #[error("you are still in this room, or invited: leave it first")]
    StillInRoom,
    /// The body means nothing.
    #[error("{0}")]
    BadJson(String),
    /// A parameter means nothing.
    #[error("{0}")]
    InvalidParam(String),
    /// The event would have more than 65,536 bytes.
    #[error("the event would be too large: at most 65,536 bytes fit")]
    TooLarge,
    /// This server cannot check the condition of a restricted room, and others might.
    #[error("this server cannot tell whether you may join: join through another server")]
    UnableToAuthoriseJoin,
    /// This server may check the condition but not invite: others might.
    #[error("nobody on this server may let you in: join through another server")]
    UnableToGrantJoin,
    /// The room cannot be reached from here.
    #[error("{0}")]
    Unreachable(String),
    /// The room's policy server does not want the event; in its own words.
    #[error("{text}")]
    PolicyRefused {
        /// The HTTP status of its answer.
        status: u16,
        /// What the server calls it.
        kind: ErrorKind,
        /// Why, for people.
        text: String,
    },
    /// The room's policy server says nothing that counts, and without its consent nothing is sent.
    #[error(
        "this room lets {via} check everything that is sent, and that server cannot be asked at the moment ({reason}); \
         nothing was sent: try again later, or let somebody who may do so change the room's policy server"
    )]
    PolicyUnknown {
        /// The policy server.
        via: OwnedServerName,
        /// What is wrong with it.
        reason: String,
    },
    /// Third-party identifiers need an identity service, and this server asks none.
    #[error("inviting by e-mail or telephone needs an identity service, and this server uses none")]
    ThirdPartyDenied,
    /// There are as many of something as there may be; waiting does not help.
    #[error("{0}")]
    TooMany(String),
    /// Too many wait for this room, or it changed faster than we could follow.
    #[error("this room is busy: try again in a moment")]
    Busy,
    /// What the event said was kept long enough, or never.
    #[error("what this event said is not kept any more")]
    OriginalGone,
    /// Events that a received event stands on are not here.
    #[error("{} events are missing", .0.len())]
    MissingEvents(Vec<ruma::OwnedEventId>),
    /// The room is of a version that this program does not know.
    #[error("the room has version {0}, which this program does not know")]
    UnknownVersion(RoomVersionId),
    /// What is stored cannot be read.
    #[error("a stored event is damaged: {0}")]
    Damaged(#[from] StoredError),
    /// States could not be resolved.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The disk is full.
    #[error("the server has no room left to store this; nothing was changed")]
    Full,
    /// The database does not answer.
    #[error("the database of this server does not answer at the moment; try again in a few seconds")]
    Unavailable,
    /// The database failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for RoomsError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(error),
        }
    }
}

impl RoomsError {
    pub(crate) fn forbidden(reason: impl Into<String>) -> Self {
        Self::Forbidden(reason.into())
    }

    pub(crate) fn not_found(reason: impl Into<String>) -> Self {
        Self::NotFound(reason.into())
    }

    /// The asker is not in the room; rooms that are not there look the same.
    pub(crate) fn not_a_member() -> Self {
        Self::forbidden("you are not a member of this room, or it does not exist")
    }

    /// The room is deleted, or about to be.
    pub(crate) fn room_closed() -> Self {
        Self::forbidden("an administrator of this server has closed this room")
    }

    /// Whether it is the room that does not let it happen: its rules, or its policy server.
    pub(crate) fn is_of_the_room(&self) -> bool {
        matches!(self, Self::Forbidden(_) | Self::PolicyRefused { .. } | Self::PolicyUnknown { .. })
    }

    /// A room that does not exist here.
    pub(crate) fn no_room() -> Self {
        Self::not_found("this server knows no such room")
    }
}

impl From<crate::read::ReadError> for RoomsError {
    fn from(error: crate::read::ReadError) -> Self {
        match error {
            crate::read::ReadError::Storage(error) => error.into(),
            error => Self::NotFound(error.to_string()),
        }
    }
}

impl From<Rejection> for RoomsError {
    fn from(rejection: Rejection) -> Self {
        Self::Forbidden(rejection.reason)
    }
}

impl From<RedactError> for RoomsError {
    fn from(error: RedactError) -> Self {
        Self::BadJson(error.to_string())
    }
}

impl From<BuildError> for RoomsError {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::TooLarge { .. } => Self::TooLarge,
            BuildError::FieldTooLong(_) => Self::InvalidParam(error.to_string()),
            _ => Self::BadJson(error.to_string()),
        }
    }
}
