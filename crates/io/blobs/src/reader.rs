//! A blob on its way out, in chunks: one is sent while the next is read. Where it is known what all of its bytes must be,
//! the last chunk is given only when they were.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use crate::blocking::blocking;
use crate::s3::Object;
use crate::{BlobError, BlobKey};

/// Bytes read at once.
pub const CHUNK_BYTES: u64 = 256 * 1024;
/// The same for objects of a bucket, where each chunk is a request of its own: a slow client holds no connection to
/// the bucket, and a chunk that fails is asked for again.
const OBJECT_CHUNK_BYTES: u64 = 512 * 1024;

/// The bytes asked for, in order.
#[derive(Debug)]
pub struct BlobReader {
    ready: Option<Bytes>,
    ahead: Option<JoinHandle<Result<(Rest, Bytes), BlobError>>>,
}

/// What nobody has read yet.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(crate) key: BlobKey,
    pub(crate) source: Source,
    /// Bytes of it.
    pub(crate) left: u64,
    /// What all bytes must be; none where only some of them are asked for.
    pub(crate) check: Option<Check>,
}

/// What is read on from where.
#[derive(Debug)]
pub(crate) enum Source {
    /// A file that is opened with the first chunk, so that a small one costs one visit to the disk.
    Closed(PathBuf, u64),
    File(File, Buffers),
    Object(Object, u64),
}

/// The hash that all bytes must have, and that of those which were read.
#[derive(Debug)]
pub(crate) struct Check {
    wanted: Vec<u8>,
    hash: Sha256,
}

/// What is read into, in turn: the chunk that is read, and those before it, which a connection may not have sent yet (it
/// takes some ahead). Buffers that come and go with every chunk cost more memory than they hold, because allocators give
/// back late.
pub(crate) type Buffers = [BytesMut; 4];

impl BlobReader {
    /// Reads the first chunk.
    pub(crate) async fn begin(rest: Rest) -> Result<Self, BlobError> {
        let (rest, ready) = rest.read().await?;
        Ok(Self { ready: Some(ready), ahead: rest.ahead() })
    }

    /// The next chunk, `None` after the last one. After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<Bytes, BlobError>> {
        if let Some(ready) = self.ready.take() {
            return Some(Ok(ready));
        }
        match self.ahead.take()?.await {
            Ok(Ok((rest, bytes))) => {
                self.ahead = rest.ahead();
                Some(Ok(bytes))
            }
            Ok(Err(error)) => Some(Err(error)),
            Err(error) => Some(Err(error.into())),
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

impl Rest {
    /// Begins to read the next chunk, where there is one.
    fn ahead(self) -> Option<JoinHandle<Result<(Self, Bytes), BlobError>>> {
        (self.left > 0).then(|| tokio::spawn(self.read()))
    }

    async fn read(self) -> Result<(Self, Bytes), BlobError> {
        let Self { key, source, left, mut check } = self;
        let (source, bytes) = match source.read(left).await {
            Err(BlobError::Disk(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(BlobError::Damaged(key));
            }
            read => read?,
        };
        let left = left - bytes.len() as u64;
        if let Some(check) = &mut check {
            check.hash.update(&bytes);
            if left == 0 && *check.hash.finalize_reset() != *check.wanted {
                return Err(BlobError::Damaged(key));
            }
        }
        Ok((Self { key, source, left, check }, bytes))
    }
}

impl Check {
    /// All bytes must have this SHA-256.
    pub(crate) fn new(sha256: &[u8]) -> Self {
        Self { wanted: sha256.to_owned(), hash: Sha256::new() }
    }
}

impl Source {
    /// Reads the next chunk of `left` bytes.
    async fn read(self, left: u64) -> Result<(Self, Bytes), BlobError> {
        let length = left.min(CHUNK_BYTES);
        match self {
            Self::Closed(path, start) => {
                blocking(move || {
                    let mut file = File::open(path)?;
                    if start > 0 {
                        file.seek(SeekFrom::Start(start))?;
                    }
                    read(file, Buffers::default(), length)
                })
                .await
            }
            Self::File(file, buffers) => blocking(move || read(file, buffers, length)).await,
            Self::Object(object, start) => {
                let length = left.min(OBJECT_CHUNK_BYTES);
                let bytes = object.read(start, length).await?;
                Ok((Self::Object(object, start + length), bytes))
            }
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
