//! Files by key: where the bytes of media lie. Knows nothing of what they are or who may see them.
//!
//! A blob is written once, never changed, and named by a random key. It lies in a folder of this machine or in an
//! S3-compatible bucket. What makes a blob belong to somebody is a row elsewhere; between the two stands a **mark**,
//! which says "ask whether there is a row". So a process may end at any moment:
//!
//! 1. bytes arrive in the folder's `arriving/KEY`: removed at the next start,
//! 2. [`Incoming::finish`] flushes them, sets the mark, moves or sends them to `files`,
//! 3. the caller commits its row, then [`Blobs::keep`] removes the mark.
//!
//! Removing goes the same way backwards: [`Blobs::mark`], commit, [`Blobs::delete`]. At start the
//! caller settles what [`Blobs::marked`] lists. A row is thus never without its file, and a file
//! never for long without its row, and no start has to look at every file.

mod blobs;
mod blocking;
mod error;
mod files;
mod incoming;
mod key;
mod reader;
mod s3;

pub use blobs::{Blobs, Place};
pub use error::BlobError;
pub use incoming::{Arrived, FLUSH_BYTES, Incoming};
pub use key::BlobKey;
pub use reader::{BlobReader, CHUNK_BYTES};
pub use s3::S3;
