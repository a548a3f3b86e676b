//! The commands and their answers.

use herold_moderation::Report;
use serde::{Deserialize, Serialize};

use crate::{Deleted, MediaChoice, MediaFile, MediaUsage, Room};

/// Something an administrator wants. Names are user ids of this server or the part before the colon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Makes an account.
    AddUser {
        /// The part before the colon.
        name: String,
        /// Its password; without one the server makes one up.
        password: Option<String>,
        /// Whether it administers this server.
        admin: bool,
    },
    /// A page of all accounts, by their ids.
    ListUsers {
        /// The last id of the page before; empty for the first page.
        after: String,
    },
    /// What a person agreed to.
    ListAgreements {
        /// Who.
        name: String,
    },
    /// Gives an account a new password and signs all its devices out.
    ResetPassword {
        /// Whose.
        name: String,
        /// The password; without one the server makes one up.
        password: Option<String>,
    },
    /// Closes an account for good and takes it out of all rooms.
    Deactivate {
        /// Whose.
        name: String,
        /// Whether what it kept is deleted as well.
        erase: bool,
    },
    /// Closes and erases the accounts of guests who were not seen for long, now.
    CloseOldGuests,
    /// Says whether an account administers this server.
    SetAdmin {
        /// Whose.
        name: String,
        /// Whether it shall.
        admin: bool,
    },
    /// Says whether an account may do nothing but sign out.
    SetLocked {
        /// Whose.
        name: String,
        /// Whether it is locked.
        locked: bool,
    },
    /// Says whether an account may only read and leave.
    SetSuspended {
        /// Whose.
        name: String,
        /// Whether it is suspended.
        suspended: bool,
    },
    /// Writes to a person in the server's name.
    SendNotice {
        /// To whom.
        name: String,
        /// What.
        text: String,
    },
    /// A page of all rooms, in the order in which they came.
    ListRooms {
        /// The last number of the page before; 0 for the first page.
        after: i64,
    },
    /// One room.
    ShowRoom {
        /// The room's id.
        room: String,
    },
    /// Takes everybody out of a room and erases it.
    DeleteRoom {
        /// The room's id.
        room: String,
        /// What people are told.
        reason: Option<String>,
        /// Whether files are removed that only its messages name.
        media: bool,
        /// Whether nobody may come back into it.
        block: bool,
    },
    /// Lets a room that was deleted with a block come back.
    UnblockRoom {
        /// The room's id.
        room: String,
    },
    /// Takes old messages out of a room.
    PurgeRoom {
        /// The room's id.
        room: String,
        /// Those that were sent before this, milliseconds since the Unix epoch.
        before_ms: i64,
    },
    /// Takes out of all rooms what is older than they keep it, now.
    ApplyRetention,
    /// A page of reports, oldest first.
    ListReports {
        /// The last number of the page before; 0 for the first page.
        after: i64,
        /// Whether the closed ones are wanted, too.
        all: bool,
    },
    /// A page of files.
    ListMedia {
        /// Which.
        which: MediaChoice,
        /// The last number of the page before; 0 for the first page.
        after: i64,
    },
    /// Says whether anybody may see the bytes of files.
    QuarantineMedia {
        /// Which.
        which: MediaChoice,
        /// Whether nobody may.
        quarantined: bool,
    },
    /// What people's files take, and what they may: a page of all people, or one person.
    MediaUsage {
        /// Whose; without a name everybody's.
        name: Option<String>,
        /// The last id of the page before; empty for the first page.
        after: String,
    },
    /// Says how much a person may upload. Nothing is what the configuration says, 0 sets no bound.
    SetMediaQuota {
        /// Whose.
        name: String,
        /// Bytes that all their files together may have.
        kept_bytes: Option<u64>,
        /// Bytes that they may upload within a day.
        day_bytes: Option<u64>,
    },
    /// Notes that a report was dealt with.
    CloseReport {
        /// Which.
        number: i64,
    },
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It is done to this account.
    Done {
        /// The user id.
        user_id: String,
        /// The password that the server made up; it is told this once.
        password: Option<String>,
    },
    /// A page of accounts; an empty one is the end.
    Users {
        /// The accounts.
        users: Vec<User>,
    },
    /// What a person agreed to, the oldest first.
    Agreements {
        /// The versions of documents.
        agreements: Vec<Agreement>,
    },
    /// A page of rooms; an empty one is the end.
    Rooms {
        /// The rooms.
        rooms: Vec<Room>,
    },
    /// A room.
    Room {
        /// The room.
        room: Room,
        /// How many of its events are kept.
        events: i64,
    },
    /// A room is deleted.
    RoomDeleted {
        /// What of it.
        deleted: Deleted,
    },
    /// A room may come back.
    Unblocked {
        /// The room's id.
        room_id: String,
    },
    /// Old guests are gone.
    GuestsClosed {
        /// How many.
        guests: u64,
    },
    /// Messages are gone.
    Purged {
        /// How many.
        messages: u64,
    },
    /// A page of reports; an empty one is the end.
    Reports {
        /// The reports.
        reports: Vec<Report>,
    },
    /// A page of files; an empty one is the end.
    Media {
        /// The files.
        files: Vec<MediaFile>,
    },
    /// Files went into quarantine or came out of it.
    Quarantined {
        /// How many different ones.
        files: u64,
    },
    /// What people's files take; an empty page is the end.
    MediaUsage {
        /// The people.
        people: Vec<MediaUsage>,
    },
    /// A report is closed.
    Closed {
        /// Its number.
        number: i64,
    },
}

/// A version of a document that somebody agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The document's id.
    pub document: String,
    /// The version.
    pub version: String,
    /// When, milliseconds since the Unix epoch.
    pub agreed_at: i64,
    /// Whether this version is in force.
    pub in_force: bool,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The user id.
    pub user_id: String,
    /// When it was made, milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Whether it administers this server.
    pub admin: bool,
    /// Whether it is locked.
    pub locked: bool,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether it was closed for good.
    pub deactivated: bool,
}
