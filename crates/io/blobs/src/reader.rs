//! A blob on its way out, in chunks: one is sent while the next is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;
use tokio::task::JoinHandle;

use crate::BlobError;
use crate::blobs::blocking;

/// Bytes read at once. Up to twice as many are in memory for each reader.
pub const CHUNK_BYTES: u64 = 256 * 1024;

/// The bytes asked for, in order.
#[derive(Debug)]
pub struct BlobReader {
    ready: Option<Bytes>,
    ahead: Option<JoinHandle<io::Result<(File, Bytes)>>>,
    /// Bytes that nobody reads yet.
    left: u64,
}

impl BlobReader {
    /// Opens and reads the first chunk in one go, so that a small file costs one visit to the disk.
    pub(crate) async fn open(path: PathBuf, start: u64, length: u64) -> Result<Self, BlobError> {
        let first = length.min(CHUNK_BYTES);
        let (file, ready) = blocking(move || {
            let mut file = File::open(path)?;
            if start > 0 {
                file.seek(SeekFrom::Start(start))?;
            }
            read(file, first)
        })
        .await?;
        let mut reader = Self { ready: Some(ready), ahead: None, left: length - first };
        reader.read_ahead(file);
        Ok(reader)
    }

    /// The next chunk, `None` after the last one. After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<Bytes, BlobError>> {
        if let Some(ready) = self.ready.take() {
            return Some(Ok(ready));
        }
        match self.ahead.take()?.await {
            Ok(Ok((file, bytes))) => {
                self.read_ahead(file);
                Some(Ok(bytes))
            }
            Ok(Err(error)) => Some(Err(error.into())),
            Err(error) => Some(Err(error.into())),
        }
    }

    fn read_ahead(&mut self, file: File) {
        let length = self.left.min(CHUNK_BYTES);
        if length > 0 {
            self.left -= length;
            self.ahead = Some(tokio::task::spawn_blocking(move || read(file, length)));
        }
    }
}

fn read(file: File, length: u64) -> io::Result<(File, Bytes)> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    let read = (&file).take(length).read_to_end(&mut bytes)?;
    if read as u64 == length { Ok((file, bytes.into())) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
