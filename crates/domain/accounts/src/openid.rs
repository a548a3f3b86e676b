//! Proof for other services of who somebody is: a token that does nothing else (client-server API, "OpenID").

use herold_storage::{StorageError, Transaction, openid_tokens};
use ruma::OwnedUserId;

use crate::stored::parse_user_id;
use crate::{Accounts, AccountsError, Device, secrets};

/// How long a token is good, milliseconds.
pub const OPENID_TOKEN_MS: i64 = 60 * 60 * 1000;
/// Tokens of one account that are good at the same time; one more, and the oldest ends.
const TOKENS_MAX: i64 = 100;

impl Accounts {
    /// A token that proves for [`OPENID_TOKEN_MS`] whose device this is, and lets nobody in here.
    pub async fn openid_token(&self, device: &Device) -> Result<String, AccountsError> {
        let token = secrets::secret(&self.0.random, "hot");
        let (hash, now_ms, user) = (secrets::hash(&token), self.0.clock.now_ms(), device.user_number);
        let expires_at = now_ms.saturating_add(OPENID_TOKEN_MS);
        let write = move |transaction: &mut Transaction<'_>| {
            openid_tokens::insert(transaction, &hash, user, expires_at, now_ms, TOKENS_MAX)
        };
        let written: Result<(), StorageError> = self.0.storage.write(write).await;
        written?;
        Ok(token)
    }

    /// Whose token this is, for the service that was shown it.
    pub async fn openid_user(&self, token: &str) -> Result<OwnedUserId, AccountsError> {
        let (hash, now_ms) = (secrets::hash(token), self.0.clock.now_ms());
        let read = self.0.storage.read(move |session| openid_tokens::find(session, &hash, now_ms));
        let found: Result<Option<String>, StorageError> = read.await;
        parse_user_id(&found?.ok_or(AccountsError::UnknownToken { soft_logout: false })?)
    }
}
