//! How much one person may upload: bytes of all their files together, and of those of one day.
//!
//! Looked at before a file is received, where its length is told, and once more in the commit that gives it its row:
//! several uploads at once cannot go beyond the bound together.

use herold_storage::{Session, media_quotas};

use crate::{Media, MediaError, Settings};

/// The time that the bound of a day looks back.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Bounds for one person. `None` is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Bytes that all files together may have.
    pub kept_bytes: Option<u64>,
    /// Bytes that may be uploaded within a day.
    pub day_bytes: Option<u64>,
}

/// What an administrator sets apart for one person. `None` is what holds for everybody, 0 no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnQuota {
    /// Bytes that all files together may have.
    pub kept_bytes: Option<u64>,
    /// Bytes that may be uploaded within a day.
    pub day_bytes: Option<u64>,
}

/// What a person's files take, and what they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Whose, by row number.
    pub user_number: i64,
    /// Files.
    pub files: u64,
    /// Bytes of all of them.
    pub kept_bytes: u64,
    /// Bytes of those of the last day.
    pub day_bytes: u64,
    /// What holds for this person.
    pub quota: Quota,
}

impl Media {
    /// What these people's files take, and what they may; in the same order.
    pub async fn usage(&self, user_numbers: Vec<i64>) -> Result<Vec<Usage>, MediaError> {
        let (usual, since_ms) = (self.0.settings.quota, self.0.clock.now_ms().saturating_sub(DAY_MS));
        let read = self.0.storage.read(move |session| {
            let used = media_quotas::usage(session, &user_numbers, since_ms)?;
            let own = media_quotas::quotas(session, &user_numbers)?;
            let of = |user_number: i64| {
                let used = used.get(&user_number).copied().unwrap_or_default();
                let quota = usual.with(own.get(&user_number).copied().unwrap_or_default());
                Usage {
                    user_number,
                    files: unsigned(used.files),
                    kept_bytes: unsigned(used.kept_bytes),
                    day_bytes: unsigned(used.recent_bytes),
                    quota,
                }
            };
            Ok::<_, MediaError>(user_numbers.iter().copied().map(of).collect())
        });
        read.await
    }

    /// Sets what holds for one person.
    pub async fn set_quota(&self, user_number: i64, quota: OwnQuota) -> Result<(), MediaError> {
        let signed = |bytes: Option<u64>| bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
        let own =
            media_quotas::Quota { kept_bytes: signed(quota.kept_bytes), day_bytes: signed(quota.day_bytes) };
        let write = move |transaction: &mut herold_storage::Transaction<'_>| {
            Ok::<_, MediaError>(media_quotas::set_quota(transaction, user_number, own)?)
        };
        self.0.storage.write(write).await
    }

    /// Whether somebody may upload `size` more bytes now.
    pub(crate) async fn check_quota(&self, user_number: i64, size: u64) -> Result<(), MediaError> {
        let (settings, now_ms) = (self.0.settings.clone(), self.0.clock.now_ms());
        self.0.storage.read(move |session| check(session, &settings, user_number, size, now_ms)).await
    }
}

/// Whether somebody may have `size` more bytes at `now_ms`.
pub(crate) fn check(
    session: &mut Session,
    settings: &Settings,
    user_number: i64,
    size: u64,
    now_ms: i64,
) -> Result<(), MediaError> {
    let own = media_quotas::quotas(session, &[user_number])?.remove(&user_number).unwrap_or_default();
    let quota = settings.quota.with(own);
    if quota == Quota::default() {
        return Ok(());
    }
    let since_ms = now_ms.saturating_sub(DAY_MS);
    let used = media_quotas::usage(session, &[user_number], since_ms)?.remove(&user_number);
    let used = used.unwrap_or_default();
    let beyond =
        |bytes: i64, limit: Option<u64>| limit.filter(|limit| unsigned(bytes).saturating_add(size) > *limit);
    if let Some(limit) = beyond(used.kept_bytes, quota.kept_bytes) {
        return Err(MediaError::QuotaReached { limit, info_uri: settings.quota_info_uri.clone() });
    }
    if let Some(limit) = beyond(used.recent_bytes, quota.day_bytes) {
        let ends_at = used.first_recent_at.unwrap_or(now_ms).saturating_add(DAY_MS);
        let retry_after_ms = unsigned(ends_at.saturating_sub(now_ms));
        return Err(MediaError::DayQuotaReached { limit, retry_after_ms });
    }
    Ok(())
}

impl Quota {
    /// The same where something is set apart.
    fn with(self, own: media_quotas::Quota) -> Self {
        let one = |usual: Option<u64>, own: Option<i64>| match own {
            None => usual,
            Some(own) => Some(unsigned(own)).filter(|bytes| *bytes > 0),
        };
        Self {
            kept_bytes: one(self.kept_bytes, own.kept_bytes),
            day_bytes: one(self.day_bytes, own.day_bytes),
        }
    }
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
