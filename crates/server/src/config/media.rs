//! `[media]`: uploaded files, their limits, and where they are kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use herold_blobs::Place;
use serde::Deserialize;

use super::ConfigError;

/// Uploaded files.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Media {
    /// Bytes of an uploaded file at most.
    pub upload_size_max: u64,
    /// Bytes that all files of one person together may have; 0 sets no bound.
    pub quota_bytes: u64,
    /// Bytes that one person may upload within a day; 0 sets no bound.
    pub quota_bytes_per_day: u64,
    /// Where files are kept.
    pub store: MediaStore,
    /// The bucket for [`MediaStore::S3`].
    pub s3: S3,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            upload_size_max: 100 * 1024 * 1024,
            quota_bytes: 0,
            quota_bytes_per_day: 0,
            store: MediaStore::Files,
            s3: S3::default(),
        }
    }
}

/// Where files are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaStore {
    /// In the data folder.
    Files,
    /// In an S3-compatible bucket.
    S3,
}

/// An S3-compatible bucket.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct S3 {
    /// The URL of the service.
    pub endpoint: Option<String>,
    /// The bucket's name.
    pub bucket: Option<String>,
    /// The region that requests are signed for.
    pub region: String,
    /// What stands before the name of each object.
    pub prefix: String,
    /// Whether the bucket's name stands in the path, not in the host's name.
    pub path_style: bool,
    /// The public half of the credentials.
    pub access_key_id: Option<String>,
    /// The secret half.
    pub secret_access_key: Option<String>,
    /// A file with the secret half instead.
    pub secret_access_key_file: Option<PathBuf>,
    /// PEM file of certificates that may have signed the service's, beside those that this machine trusts.
    pub root_certificates: Option<PathBuf>,
    /// How long the service may take for one request.
    pub answer_within_seconds: u64,
}

impl Default for S3 {
    fn default() -> Self {
        Self {
            endpoint: None,
            bucket: None,
            region: "us-east-1".to_owned(),
            prefix: String::new(),
            path_style: true,
            access_key_id: None,
            secret_access_key: None,
            secret_access_key_file: None,
            root_certificates: None,
            answer_within_seconds: 30,
        }
    }
}

impl fmt::Debug for S3 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = formatter.debug_struct("S3");
        told.field("endpoint", &self.endpoint).field("bucket", &self.bucket);
        told.field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Media {
    /// How much one person may upload.
    pub(crate) fn quota(&self) -> herold_media::Quota {
        let bound = |bytes: u64| (bytes > 0).then_some(bytes);
        herold_media::Quota {
            kept_bytes: bound(self.quota_bytes),
            day_bytes: bound(self.quota_bytes_per_day),
        }
    }

    /// Where files are kept, for a server with this data folder. Reads the file with the secret.
    pub(crate) fn place(&self, data: &Path) -> Result<Place, ConfigError> {
        let s3 = match self.store {
            MediaStore::Files => None,
            MediaStore::S3 => Some(self.s3.settings()?),
        };
        Ok(Place { folder: data.join("media"), s3 })
    }

    /// The first key that is wrong, and why.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        match self.store {
            MediaStore::Files => None,
            MediaStore::S3 => self.s3.mistake(),
        }
    }
}

impl S3 {
    fn settings(&self) -> Result<herold_blobs::S3, ConfigError> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Ok(herold_blobs::S3 {
            endpoint: text(&self.endpoint),
            bucket: text(&self.bucket),
            region: self.region.clone(),
            prefix: self.prefix.clone(),
            path_style: self.path_style,
            access_key_id: text(&self.access_key_id),
            secret_access_key: self.secret()?,
            root_certificates: self.root_certificates.clone(),
            answer_within: Duration::from_secs(self.answer_within_seconds),
        })
    }

    fn secret(&self) -> Result<String, ConfigError> {
        let Some(file) = &self.secret_access_key_file else {
            return Ok(self.secret_access_key.clone().unwrap_or_default());
        };
        let secret = std::fs::read_to_string(file)
            .map_err(|error| ConfigError::File { file: file.display().to_string(), error })?;
        Ok(secret.trim().to_owned())
    }

    fn mistake(&self) -> Option<(&'static str, &'static str)> {
        const NEEDED: &str = "is missing; media.store = \"s3\" needs it";
        let is_missing = |value: &Option<String>| value.as_ref().is_none_or(String::is_empty);
        let is_url = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        let secrets = [self.secret_access_key.is_some(), self.secret_access_key_file.is_some()];
        if !self.endpoint.as_ref().is_some_and(is_url) {
            Some((
                "media.s3.endpoint",
                "is written like https://s3.example.org; media.store = \"s3\" needs it",
            ))
        } else if is_missing(&self.bucket) {
            Some(("media.s3.bucket", NEEDED))
        } else if is_missing(&self.access_key_id) {
            Some(("media.s3.access_key_id", NEEDED))
        } else if secrets == [false, false] {
            Some(("media.s3.secret_access_key_file", NEEDED))
        } else if secrets == [true, true] {
            Some(("media.s3.secret_access_key", "is set together with the file; set one of them"))
        } else if self.answer_within_seconds == 0 {
            Some(("media.s3.answer_within_seconds", "must be at least 1"))
        } else {
            None
        }
    }
}
