//! Whole conversations: real clients that nobody here wrote, against a real server. All of it is in `tests/`.
