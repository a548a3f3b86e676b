//! What changed since a token: sync, typing, receipts, presence.
