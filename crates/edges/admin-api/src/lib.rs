//! What administrators do to a server: a closed list of commands, and the Unix socket in the data
//! folder over which a running server takes them from its own machine. Whoever may open that socket
//! is trusted; nothing here may listen on a network.

mod admin;
mod command;
mod media;
mod notice;
mod rooms;
mod socket;

pub use admin::Admin;
pub use command::{Agreement, Answer, Command, User};
pub use herold_moderation::Report;
pub use media::{MediaChoice, MediaFile, MediaUsage};
pub use rooms::{Deleted, Room};
pub use socket::{AskError, ask, listen, serve};
