//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Herold, the messenger of sovereigns: a Matrix homeserver in one program.
#[derive(Parser)]
#[command(name = "herold", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// The configuration file (TOML). Without one the defaults hold.
    #[arg(long, short, global = true, env = "HEROLD_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Starts the server.
    Serve,
    /// Checks the configuration, or writes an example of it.
    Config {
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Saves the database and all files of one moment, while the server runs.
    Backup {
        /// A folder that does not exist yet.
        folder: PathBuf,
    },
    /// Fills an empty data folder and database from a backup, of either database engine.
    Restore {
        /// The folder that `backup` made.
        folder: PathBuf,
    },
    /// Looks for what is wrong with this server and says what to do.
    Doctor {
        /// Asks this address for the well-known files, not `https://SERVER_NAME`: for before the name points here.
        #[arg(long, value_name = "URL")]
        origin: Option<String>,
    },
    /// Makes, lists and changes accounts, whether the server runs or not.
    User {
        #[command(subcommand)]
        action: UserAction,
    },
    /// Writes to people in the server's name.
    Notice {
        #[command(subcommand)]
        action: NoticeAction,
    },
    /// Lists and deletes rooms, and takes old messages out of them.
    Room {
        #[command(subcommand)]
        action: RoomAction,
    },
    /// Lists and closes what people have reported.
    Report {
        #[command(subcommand)]
        action: ReportAction,
    },
    /// Lists uploaded files, puts them into quarantine, and says how much people may keep.
    Media {
        #[command(subcommand)]
        action: MediaAction,
    },
    /// Says the version.
    Version,
}

#[derive(Subcommand)]
pub(crate) enum NoticeAction {
    /// Sends a notice: the person is asked into a room of theirs with the server, which they cannot refuse.
    Send {
        /// To this user id, or the part before its colon.
        #[arg(long = "to", value_name = "NAME", conflicts_with = "everybody")]
        name: Option<String>,
        /// To everybody who has an account here.
        #[arg(long)]
        everybody: bool,
        /// What to say.
        text: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum RoomAction {
    /// Lists all rooms.
    List,
    /// Says what is known of a room.
    Show {
        /// The room's id.
        room: String,
    },
    /// Takes everybody out of a room and erases everything of it.
    Delete {
        /// The room's id.
        room: String,
        /// What people are told.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Removes the files, too, that its messages name in the open and nothing else does.
        #[arg(long)]
        media: bool,
        /// Lets nobody come back into it, should another server still have it.
        #[arg(long)]
        block: bool,
    },
    /// Lets a room that was deleted with --block come back.
    Unblock {
        /// The room's id.
        room: String,
    },
    /// Purges the messages of a room that were sent before a day: their content is gone for good. State events,
    /// the newest message and uploaded files stay.
    Purge {
        /// The room's id.
        room: String,
        /// The day, in UTC, as 2026-11-25.
        #[arg(long, value_name = "DATE")]
        before: String,
    },
    /// Purges from all rooms what is older than they keep it; a running server does so every hour by itself.
    ApplyRetention,
}

#[derive(Subcommand)]
pub(crate) enum MediaAction {
    /// Lists files, oldest first; without a choice all of them.
    List {
        #[command(flatten)]
        which: MediaSelection,
        /// Those in quarantine.
        #[arg(long)]
        quarantined: bool,
    },
    /// Lets nobody see these files any more, nor equal ones, whoever uploads them again.
    Quarantine {
        #[command(flatten)]
        which: MediaSelection,
    },
    /// Lets these files be seen again.
    Unquarantine {
        #[command(flatten)]
        which: MediaSelection,
    },
    /// Says what people's files take, and what they may.
    Usage {
        /// The user id, or the part before its colon; without one everybody.
        name: Option<String>,
    },
    /// Says how much a person may upload; what is not given is what the configuration says, 0 sets no bound.
    Quota {
        /// The user id, or the part before its colon.
        name: String,
        /// Bytes that all their files together may have.
        #[arg(long, value_name = "BYTES")]
        kept: Option<u64>,
        /// Bytes that they may upload within a day.
        #[arg(long, value_name = "BYTES")]
        per_day: Option<u64>,
    },
}

/// Which files are meant: one kind of choice.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct MediaSelection {
    /// Their addresses: mxc://example.org/Abc123.
    #[arg(value_name = "URI")]
    pub(crate) uris: Vec<String>,
    /// Those that this person uploaded.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Those that messages of this room name; what is encrypted is not seen.
    #[arg(long, value_name = "ROOM")]
    pub(crate) room: Option<String>,
    /// Those with this SHA-256.
    #[arg(long, value_name = "HEX")]
    pub(crate) hash: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum ReportAction {
    /// Lists the reports that nobody has dealt with yet, oldest first.
    List {
        /// The closed ones, too.
        #[arg(long)]
        all: bool,
    },
    /// Notes that a report was dealt with.
    Close {
        /// The number of the report.
        number: i64,
    },
}

#[derive(Subcommand)]
pub(crate) enum ConfigAction {
    /// Checks the configuration and starts nothing.
    Check,
    /// Writes a configuration file with every key, its meaning and its default.
    Example,
}

#[derive(Subcommand)]
pub(crate) enum UserAction {
    /// Makes an account.
    Add {
        /// The part before the colon of the user id.
        name: String,
        /// The account administers this server.
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Lists all accounts.
    List,
    /// Lists which version of which document a person agreed to, and when.
    Agreements {
        /// The user id, or the part before its colon.
        name: String,
    },
    /// Gives an account a new password and signs all its devices out.
    ResetPassword {
        /// The user id, or the part before its colon.
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Closes an account for good and takes it out of all rooms.
    Deactivate {
        /// The user id, or the part before its colon.
        name: String,
        /// Deletes what the account kept as well.
        #[arg(long)]
        erase: bool,
    },
    /// Closes and erases guests who were not seen for as long as the configuration says; a running server does so every
    /// hour by itself.
    CloseOldGuests,
    /// Makes an account an administrator of this server.
    MakeAdmin {
        /// The user id, or the part before its colon.
        name: String,
        /// Takes it back instead.
        #[arg(long)]
        revoke: bool,
    },
    /// Lets an account do nothing but sign out; its devices keep their keys.
    Lock {
        /// The user id, or the part before its colon.
        name: String,
    },
    /// Takes a lock back.
    Unlock {
        /// The user id, or the part before its colon.
        name: String,
    },
    /// Lets an account only read and leave rooms.
    Suspend {
        /// The user id, or the part before its colon.
        name: String,
    },
    /// Takes a suspension back.
    Unsuspend {
        /// The user id, or the part before its colon.
        name: String,
    },
}

/// Where a password comes from. Never the command line, which others on the machine can read.
#[derive(Args)]
pub(crate) struct PasswordSource {
    /// Reads the password from the first line of standard input; without this the server makes one up.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}
