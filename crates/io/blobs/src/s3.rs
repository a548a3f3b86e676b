//! Blobs as objects of an S3-compatible bucket: `files/KEY` and `marks/KEY` under one prefix.
//!
//! A mark here may hold the id of an upload in parts: whoever settles it ends that upload, so that no parts stay
//! behind that nobody lists. A request that fails is tried again a few times before it counts as failed.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::multipart::MultipartStore;
use object_store::path::Path as Name;
use object_store::{
    BackoffConfig, Certificate, ClientOptions, Error, ObjectStore, ObjectStoreExt, RetryConfig,
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::blocking::blocking;
use crate::{BlobError, BlobKey};

/// Bytes that are sent at once; larger files go in parts of this size. S3 wants 5 MiB at least and 10,000 parts at most.
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes that all uploads together hold in memory at most while they are sent.
const SENDING_BYTES_MAX: u32 = 64 * 1024 * 1024;
/// Requests of one command at once, where it is about many blobs.
const REQUESTS_AT_ONCE: usize = 16;
/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How often a request is tried again, and for how long.
const RETRIES_MAX: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(15);

/// Where blobs lie under the prefix, and where their marks.
const FILES: &str = "files";
const MARKS: &str = "marks";

/// A bucket, and how to get in.
#[derive(Clone, PartialEq, Eq)]
pub struct S3 {
    /// The URL of the service: `https://s3.example.org`.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The region that requests are signed for.
    pub region: String,
    /// What stands before the name of each object; empty for nothing.
    pub prefix: String,
    /// Whether the bucket's name stands in the path, not in the host's name.
    pub path_style: bool,
    /// The public half of the credentials.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: String,
    /// PEM file of certificates that may have signed the service's, beside those that this machine trusts.
    pub root_certificates: Option<PathBuf>,
    /// How long one request may take.
    pub answer_within: Duration,
}

impl fmt::Debug for S3 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = formatter.debug_struct("S3");
        told.field("endpoint", &self.endpoint).field("bucket", &self.bucket);
        told.field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl S3 {
    /// Where requests go to.
    fn url(&self) -> String {
        let endpoint = self.endpoint.trim_end_matches('/');
        match endpoint.split_once("://") {
            Some((scheme, host)) if !self.path_style => format!("{scheme}://{}.{host}", self.bucket),
            _ => endpoint.to_owned(),
        }
    }

    fn options(&self) -> Result<ClientOptions, BlobError> {
        let mut options = ClientOptions::new()
            .with_allow_http(self.endpoint.starts_with("http://"))
            .with_connect_timeout(CONNECT_WITHIN)
            .with_timeout(self.answer_within);
        if let Some(file) = &self.root_certificates {
            let wrong =
                |error: &dyn fmt::Display| BlobError::Settings(format!("{}: {error}", file.display()));
            let pem = std::fs::read(file).map_err(|error| wrong(&error))?;
            let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(&error))?;
            options = certificates.into_iter().fold(options, ClientOptions::with_root_certificate);
        }
        Ok(options)
    }
}

/// An open bucket. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Name,
    sending: Arc<Semaphore>,
}

/// One object of a bucket.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    store: Arc<AmazonS3>,
    name: Name,
}

impl Bucket {
    /// Asks nothing yet.
    pub(crate) fn new(s3: &S3) -> Result<Self, BlobError> {
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: RETRIES_MAX,
            retry_timeout: RETRY_FOR,
        };
        let store = AmazonS3Builder::new()
            .with_endpoint(s3.url())
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_virtual_hosted_style_request(!s3.path_style)
            .with_access_key_id(&s3.access_key_id)
            .with_secret_access_key(&s3.secret_access_key)
            .with_client_options(s3.options()?)
            .with_retry(retry)
            // Not every service knows the request that deletes many at once.
            .with_disable_bulk_delete(true)
            .build()
            .map_err(|error| BlobError::Settings(error.to_string()))?;
        Ok(Self {
            store: Arc::new(store),
            prefix: Name::from(s3.prefix.as_str()),
            sending: Arc::new(Semaphore::new(SENDING_BYTES_MAX as usize)),
        })
    }

    fn name(&self, kind: &'static str, key: &BlobKey) -> Name {
        self.prefix.clone().join(kind).join(key.as_str())
    }

    fn file(&self, key: &BlobKey) -> Name {
        self.name(FILES, key)
    }

    pub(crate) fn object(&self, key: &BlobKey) -> Object {
        Object { store: Arc::clone(&self.store), name: self.file(key) }
    }

    /// Sends a file of this machine. What a failure leaves in the bucket lies under its mark.
    pub(crate) async fn take(&self, arrived: &Path, key: &BlobKey) -> Result<(), BlobError> {
        let path = arrived.to_owned();
        let (file, size) = blocking(move || {
            let file = File::open(path)?;
            let size = file.metadata()?.len();
            Ok((file, size))
        })
        .await?;
        if size > PART_BYTES {
            return self.take_in_parts(file, size, key).await;
        }
        self.set_mark(key, Bytes::new()).await?;
        let (_turn, _, bytes) = self.part(file, size).await?;
        self.store.put(&self.file(key), bytes.into()).await.map(drop).map_err(unwritten)
    }

    /// The mark comes before the first part: an upload that nobody knows of has none.
    async fn take_in_parts(&self, mut file: File, size: u64, key: &BlobKey) -> Result<(), BlobError> {
        let name = self.file(key);
        let upload = self.store.create_multipart(&name).await.map_err(unwritten)?;
        self.set_mark(key, Bytes::from(upload.clone())).await?;
        let (mut parts, mut left) = (Vec::new(), size);
        while left > 0 {
            let length = left.min(PART_BYTES);
            let (_turn, rest, bytes) = self.part(file, length).await?;
            let part = self.store.put_part(&name, &upload, parts.len(), bytes.into());
            parts.push(part.await.map_err(unwritten)?);
            (file, left) = (rest, left - length);
        }
        self.store.complete_multipart(&name, &upload, parts).await.map(drop).map_err(unwritten)
    }

    /// The next `length` bytes of a file, once there is room for them among all uploads.
    async fn part(&self, file: File, length: u64) -> Result<(SemaphorePermit<'_>, File, Bytes), BlobError> {
        let room = u32::try_from(length).unwrap_or(SENDING_BYTES_MAX);
        let turn = self.sending.acquire_many(room).await.map_err(|_| BlobError::Closed)?;
        let (file, bytes) = blocking(move || {
            let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
            (&file).read_exact(&mut bytes)?;
            Ok((file, bytes))
        })
        .await?;
        Ok((turn, file, bytes.into()))
    }

    async fn set_mark(&self, key: &BlobKey, upload: Bytes) -> Result<(), BlobError> {
        self.store.put(&self.name(MARKS, key), upload.into()).await.map(drop).map_err(unwritten)
    }

    async fn remove(&self, name: &Name) -> Result<(), BlobError> {
        gone(self.store.delete(name).await)
    }

    pub(crate) async fn mark(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        self.each(keys, |bucket, key| async move { bucket.set_mark(&key, Bytes::new()).await }).await
    }

    pub(crate) async fn keep(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        self.each(keys, |bucket, key| async move { bucket.remove(&bucket.name(MARKS, &key)).await }).await
    }

    pub(crate) async fn delete(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        self.each(keys, |bucket, key| async move { bucket.delete_one(&key).await }).await
    }

    /// Does the same to many blobs, some at a time.
    async fn each<A>(&self, keys: Vec<BlobKey>, act: impl Fn(Self, BlobKey) -> A) -> Result<(), BlobError>
    where
        A: Future<Output = Result<(), BlobError>>,
    {
        let acting = stream::iter(keys).map(|key| act(self.clone(), key));
        acting.buffer_unordered(REQUESTS_AT_ONCE).try_collect().await
    }

    /// The mark goes last, so that what fails in between is settled later.
    async fn delete_one(&self, key: &BlobKey) -> Result<(), BlobError> {
        let (name, mark) = (self.file(key), self.name(MARKS, key));
        let upload = match self.store.get(&mark).await {
            Ok(found) => found.bytes().await.map_err(unread)?,
            Err(Error::NotFound { .. }) => Bytes::new(),
            Err(error) => return Err(unread(error)),
        };
        if !upload.is_empty() {
            let upload = String::from_utf8_lossy(&upload).into_owned();
            gone(self.store.abort_multipart(&name, &upload).await)?;
        }
        self.remove(&name).await?;
        self.remove(&mark).await
    }

    pub(crate) async fn marked(&self) -> Result<Vec<BlobKey>, BlobError> {
        self.list(MARKS).await
    }

    pub(crate) async fn keys(&self) -> Result<Vec<BlobKey>, BlobError> {
        self.list(FILES).await
    }

    async fn list(&self, kind: &'static str) -> Result<Vec<BlobKey>, BlobError> {
        let listed = self.store.list(Some(&self.prefix.clone().join(kind)));
        let keys =
            listed.try_filter_map(async |object| Ok(object.location.filename().and_then(BlobKey::parse)));
        keys.try_collect().await.map_err(unwritten)
    }

    /// Writes, lists, reads and removes a mark: everything that this program may have to do.
    pub(crate) async fn check(&self, key: &BlobKey) -> Result<(), BlobError> {
        let content = Bytes::from_static(b"herold");
        self.set_mark(key, content.clone()).await?;
        let listed = self.marked().await?.contains(key);
        let name = self.name(MARKS, key);
        let read = self.store.get(&name).await.map_err(unread)?.bytes().await.map_err(unread)?;
        self.remove(&name).await?;
        if listed && read == content {
            return Ok(());
        }
        Err(BlobError::Refused("what was written was not there when it was read".to_owned()))
    }
}

impl Object {
    /// `length` bytes from `start` on.
    pub(crate) async fn read(&self, start: u64, length: u64) -> Result<Bytes, BlobError> {
        if length == 0 {
            return self.size().await.map(|_| Bytes::new());
        }
        let bytes = self.store.get_range(&self.name, start..start + length).await.map_err(unread)?;
        if bytes.len() as u64 == length {
            return Ok(bytes);
        }
        Err(BlobError::Disk(std::io::ErrorKind::UnexpectedEof.into()))
    }

    pub(crate) async fn size(&self) -> Result<u64, BlobError> {
        Ok(self.store.head(&self.name).await.map_err(unread)?.size)
    }
}

/// What is gone already needs no removing.
fn gone(outcome: Result<(), Error>) -> Result<(), BlobError> {
    match outcome {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(unwritten(error)),
    }
}

/// An error of a request about one object that should be there.
fn unread(error: Error) -> BlobError {
    match error {
        Error::NotFound { .. } => BlobError::Missing,
        error => unwritten(error),
    }
}

/// An error of a request that needs no object: what is not found then is the bucket.
fn unwritten(error: Error) -> BlobError {
    match &error {
        Error::NotFound { .. } | Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            BlobError::Refused(cause(&error))
        }
        _ => BlobError::Away(cause(&error)),
    }
}

/// The innermost reason, which names what is wrong.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
