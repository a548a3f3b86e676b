//! What an event may be and what a room may become: pure rules for room versions 1 to 12.
