//! The rules, tried on tables of cases: each row says what it is about and in which room versions it holds.

mod authorization;
mod client_format;
mod format;
mod power_levels;
mod redaction;
mod resolution;
mod room;
mod round_trip;
mod signatures;
mod visibility;
