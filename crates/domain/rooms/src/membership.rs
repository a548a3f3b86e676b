//! Who is in a room: invites, joins, knocks, leaving, removing, forgetting.

mod forget;
mod invite;
mod join;
mod knock;
mod leave;
mod profile;
mod remove;
mod restricted;
mod set;

pub use invite::Invite;
pub(crate) use invite::check_reachable;
pub use join::{Join, ThirdPartySigned};
pub use knock::Knock;
pub use remove::{Removal, Remove};
