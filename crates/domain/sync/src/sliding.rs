//! Sliding sync (MSC4186): windows over a user's rooms, and what is new in them since the client's last answer.
//!
//! The same window over the log as the other sync, spelt otherwise: it looks, waits and reads with the same parts.
//! What is its own is which rooms are told of, in which order they stand, and what a client has of each.

mod answer;
mod choose;
mod connections;
mod extensions;
pub(crate) mod facts;
mod gather;
pub(crate) mod order;
mod pos;
mod request;
mod required;
mod room_news;
mod states;
mod told;
mod windows;
mod write;

pub(crate) use connections::Connections;
pub(crate) use pos::position_of_pos;
pub use request::{
    Coverage, Extensions, LISTS_MAX, ListFilters, RoomConfig, RoomList, SlidingRequest, Spelling, ToDevice,
};
pub use required::{RequiredState, StatePattern};
