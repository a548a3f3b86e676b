//! The reading side of rooms: what a person may see, and events as clients see them.
//!
//! Functions that take a session run inside somebody's snapshot, so that a sync can put together an
//! answer of one moment. Nothing here writes.

mod bundle;
mod content;
mod context;
mod directory;
mod error;
mod event;
mod filter;
mod hierarchy;
mod ignored;
mod members;
mod messages;
mod mutual_rooms;
mod original;
mod person;
mod present;
mod reader;
mod relations;
mod room;
mod state;
mod summary;
mod threads;
mod timestamp;
mod token;
mod viewer;

pub use bundle::Bundling;
pub use content::content_of;
pub use context::Context;
pub use directory::{DirectoryPage, DirectoryQuery};
pub use error::ReadError;
pub use filter::EventFilter;
pub use hierarchy::{HierarchyPage, HierarchyQuery};
pub use ignored::{IGNORED_USERS, ignored_users};
pub use members::{JoinedMember, MemberQuery};
pub use messages::{Direction, MessagesQuery, Page};
pub use mutual_rooms::MutualRooms;
pub use person::Person;
pub use present::ClientEvent;
pub use reader::Reader;
pub use relations::{DEPTH_MAX, RelationsPage, RelationsQuery};
pub use room::Room;
pub use threads::{ThreadsPage, ThreadsQuery};
pub use token::{position_of, token_at};
pub use viewer::{Standing, Viewer};
