//! A blob on its way out, in chunks: one is sent while the next is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use tokio::task::JoinHandle;

use crate::BlobError;
use crate::blocking::blocking;
use crate::s3::Object;

/// Bytes read at once.
pub const CHUNK_BYTES: u64 = 256 * 1024;
/// The same for objects of a bucket, where each chunk is a request of its own: a slow client holds no connection to
/// the bucket, and a chunk that fails is asked for again.
const OBJECT_CHUNK_BYTES: u64 = 512 * 1024;

/// The bytes asked for, in order.
#[derive(Debug)]
pub struct BlobReader {
    ready: Option<Bytes>,
    ahead: Option<JoinHandle<Result<(Source, Bytes), BlobError>>>,
    /// Bytes that nobody reads yet.
    left: u64,
}

/// What is read on from where.
#[derive(Debug)]
enum Source {
    File(File, Buffers),
    Object(Object, u64),
}

/// What is read into, in turn: the chunk that is read, and those before it, which a connection may not have sent yet (it
/// takes some ahead). Buffers that come and go with every chunk cost more memory than they hold, because allocators give
/// back late.
type Buffers = [BytesMut; 4];

impl BlobReader {
    /// Opens and reads the first chunk in one go, so that a small file costs one visit to the disk.
    pub(crate) async fn of_file(path: PathBuf, start: u64, length: u64) -> Result<Self, BlobError> {
        let first = length.min(CHUNK_BYTES);
        let (source, ready) = blocking(move || {
            let mut file = File::open(path)?;
            if start > 0 {
                file.seek(SeekFrom::Start(start))?;
            }
            read(file, Buffers::default(), first)
        })
        .await?;
        Ok(Self::begun(source, ready, length - first))
    }

    pub(crate) async fn of_object(object: Object, start: u64, length: u64) -> Result<Self, BlobError> {
        let first = length.min(OBJECT_CHUNK_BYTES);
        let ready = object.read(start, first).await?;
        Ok(Self::begun(Source::Object(object, start + first), ready, length - first))
    }

    fn begun(source: Source, ready: Bytes, left: u64) -> Self {
        let mut reader = Self { ready: Some(ready), ahead: None, left };
        reader.read_ahead(source);
        reader
    }

    /// The next chunk, `None` after the last one. After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<Bytes, BlobError>> {
        if let Some(ready) = self.ready.take() {
            return Some(Ok(ready));
        }
        match self.ahead.take()?.await {
            Ok(Ok((source, bytes))) => {
                self.read_ahead(source);
                Some(Ok(bytes))
            }
            Ok(Err(error)) => Some(Err(error)),
            Err(error) => Some(Err(error.into())),
        }
    }

    fn read_ahead(&mut self, source: Source) {
        let length = self.left.min(source.chunk_bytes());
        if length > 0 {
            self.left -= length;
            self.ahead = Some(source.ahead(length));
        }
    }
}

impl Drop for BlobReader {
    /// Who went away wants no more of it.
    fn drop(&mut self) {
        if let Some(ahead) = &self.ahead {
            ahead.abort();
        }
    }
}

impl Source {
    fn chunk_bytes(&self) -> u64 {
        match self {
            Self::File(..) => CHUNK_BYTES,
            Self::Object(..) => OBJECT_CHUNK_BYTES,
        }
    }

    /// Begins to read the next `length` bytes.
    fn ahead(self, length: u64) -> JoinHandle<Result<(Self, Bytes), BlobError>> {
        match self {
            Self::File(file, buffers) => {
                tokio::task::spawn_blocking(move || Ok(read(file, buffers, length)?))
            }
            Self::Object(object, start) => tokio::spawn(async move {
                let bytes = object.read(start, length).await?;
                Ok((Self::Object(object, start + length), bytes))
            }),
        }
    }
}

fn read(mut file: File, mut buffers: Buffers, length: u64) -> io::Result<(Source, Bytes)> {
    buffers.rotate_left(1);
    let [buffer, ..] = &mut buffers;
    // Takes the memory of the chunk that was read into it before, if that is sent.
    buffer.resize(usize::try_from(length).unwrap_or_default(), 0);
    file.read_exact(buffer)?;
    let bytes = buffer.split().freeze();
    Ok((Source::File(file, buffers), bytes))
}
