//! Rooms: the only writer of events.
