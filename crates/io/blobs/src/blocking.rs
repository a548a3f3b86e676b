//! Work that waits for a disk.

use std::io;

use crate::BlobError;

/// Runs disk work beside the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    Ok(tokio::task::spawn_blocking(work).await??)
}
