//! Whole servers in this process, asked over HTTP, on both engines.
