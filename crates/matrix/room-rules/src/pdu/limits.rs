//! How large an event and its parts may be (client-server API, "Size limits"; event formats of the room versions).

/// Bytes of a whole event as canonical JSON, signatures included.
pub const EVENT_BYTES_MAX: usize = 65_536;

/// Bytes of `type`, `state_key`, `sender`, `room_id`, `event_id` and `redacts`, each.
pub const FIELD_BYTES_MAX: usize = 255;

/// Whether there may be an event, a person or a type of this name at all. What content names is anybody's text, and it
/// goes into the keys of tables; no text of PostgreSQL's has a NUL.
pub fn may_be_name(text: &str) -> bool {
    (1..=FIELD_BYTES_MAX).contains(&text.len()) && !text.contains('\0')
}

/// Entries in `prev_events`.
pub const PREV_EVENTS_MAX: usize = 20;

/// Entries in `auth_events`.
pub const AUTH_EVENTS_MAX: usize = 10;

/// Bytes of an event's text before it is read: escapes may blow a string up sixfold, spaces are nobody's need.
pub const RAW_BYTES_MAX: usize = 8 * EVENT_BYTES_MAX;
