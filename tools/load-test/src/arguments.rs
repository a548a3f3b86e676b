//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Load for any Matrix homeserver, and what it costs.
///
/// The server must allow registration with m.login.dummy and must not limit rates. Registration
/// is dear where passwords are hashed well: use --accounts to keep accounts between runs, or give
/// the server a cheap hash (Herold: [passwords] memory_kib and iterations; Synapse: bcrypt_rounds).
#[derive(Debug, Parser)]
#[command(name = "herold-load-test", version)]
pub struct Arguments {
    /// Base address of the client-server API, over plain HTTP.
    #[arg(long)]
    pub server: String,
    /// A process of the server; its descendants count as well. May be given several times, as for
    /// a database beside the server.
    #[arg(long = "pid")]
    pub pids: Vec<u32>,
    /// A file that keeps the accounts of this server; made when it is missing.
    #[arg(long)]
    pub accounts: Option<PathBuf>,
    /// The whole run, set-up included, ends after this time.
    #[arg(long, default_value_t = 1_800)]
    pub time_limit_seconds: u64,
    /// What to do.
    #[command(subcommand)]
    pub scenario: Scenario,
}

/// The named loads.
#[derive(Debug, Subcommand)]
pub enum Scenario {
    /// Senders write into rooms as fast as they get answers.
    Send(Send),
    /// Everybody in a room waits in /sync; one sends.
    Fanout(Fanout),
    /// Accounts wait in /sync and nothing happens.
    Parked(Parked),
    /// An account with many rooms synchronises from nothing.
    InitialSync(InitialSync),
    /// One room with very many members.
    BigRoom(BigRoom),
    /// One account in very many rooms.
    ManyRooms(ManyRooms),
    /// Large files go up and come down at once, and pictures are made smaller beside it.
    Media(Media),
    /// An account in very many rooms speaks sliding sync.
    SlidingSync(SlidingSync),
    /// People come back to rooms where very much is unread.
    Unread(Unread),
    /// Somebody makes rooms and asks many people into each.
    CreateRoom(CreateRoom),
}

/// Numbers of `send`.
#[derive(Debug, Args)]
pub struct Send {
    /// Rooms.
    #[arg(long, default_value_t = 50)]
    pub rooms: usize,
    /// Members of each room.
    #[arg(long, default_value_t = 10)]
    pub members: usize,
    /// Requests under way at any time, each of an account of its own.
    #[arg(long, default_value_t = 32)]
    pub senders: usize,
    /// Length of the measurement.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
}

/// Numbers of `fanout`.
#[derive(Debug, Args)]
pub struct Fanout {
    /// Members who wait.
    #[arg(long, default_value_t = 500)]
    pub members: usize,
    /// Messages, one after the other.
    #[arg(long, default_value_t = 50)]
    pub messages: usize,
}

/// Numbers of `parked`.
#[derive(Debug, Args)]
pub struct Parked {
    /// Accounts that wait.
    #[arg(long, default_value_t = 5_000)]
    pub accounts: usize,
    /// Members of the rooms in which the accounts are, one room each; 0: they are in no room.
    #[arg(long, default_value_t = 10)]
    pub room_members: usize,
}

/// Numbers of `initial-sync`.
#[derive(Debug, Args)]
pub struct InitialSync {
    /// Rooms.
    #[arg(long, default_value_t = 500)]
    pub rooms: usize,
    /// Members of each room.
    #[arg(long, default_value_t = 20)]
    pub members: usize,
    /// Messages in each room.
    #[arg(long, default_value_t = 20)]
    pub messages: usize,
    /// Synchronisations, one after the other.
    #[arg(long, default_value_t = 5)]
    pub repeat: usize,
}

/// Numbers of `big-room`.
#[derive(Debug, Args)]
pub struct BigRoom {
    /// Members.
    #[arg(long, default_value_t = 10_000)]
    pub members: usize,
    /// Repetitions of each request, one after the other.
    #[arg(long, default_value_t = 5)]
    pub repeat: usize,
}

/// Numbers of `many-rooms`.
#[derive(Debug, Args)]
pub struct ManyRooms {
    /// Rooms.
    #[arg(long, default_value_t = 2_000)]
    pub rooms: usize,
    /// Repetitions of each request, one after the other.
    #[arg(long, default_value_t = 5)]
    pub repeat: usize,
}

/// Numbers of `media`.
#[derive(Debug, Args)]
pub struct Media {
    /// Files.
    #[arg(long, default_value_t = 64)]
    pub files: usize,
    /// Size of each, in MiB.
    #[arg(long, default_value_t = 32)]
    pub size_mib: usize,
    /// Transfers under way at any time.
    #[arg(long, default_value_t = 32)]
    pub transfers: usize,
}

/// Numbers of `sliding-sync`.
#[derive(Debug, Args)]
pub struct SlidingSync {
    /// Rooms.
    #[arg(long, default_value_t = 2_000)]
    pub rooms: usize,
    /// Members of each room; all are in all rooms.
    #[arg(long, default_value_t = 2)]
    pub members: usize,
    /// Repetitions of each request, one after the other.
    #[arg(long, default_value_t = 20)]
    pub repeat: usize,
}

/// Numbers of `unread`.
#[derive(Debug, Args)]
pub struct Unread {
    /// Rooms.
    #[arg(long, default_value_t = 1)]
    pub rooms: usize,
    /// Unread messages in each room.
    #[arg(long, default_value_t = 10_000)]
    pub messages: usize,
    /// People who come back, one after the other.
    #[arg(long, default_value_t = 5)]
    pub repeat: usize,
}

/// Numbers of `create-room`.
#[derive(Debug, Args)]
pub struct CreateRoom {
    /// People who are asked into each room.
    #[arg(long, default_value_t = 50)]
    pub invites: usize,
    /// Rooms, one after the other.
    #[arg(long, default_value_t = 20)]
    pub repeat: usize,
}
