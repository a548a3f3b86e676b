//! Files by key: where the bytes of media lie.
