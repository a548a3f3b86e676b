//! GET /keys/changes: whose devices and keys changed between two tokens.

use std::sync::Arc;

use herold_accounts::Device;
use herold_rooms::read::Person;
use ruma::OwnedUserId;

use crate::filter::SyncFilter;
use crate::gather::{self, Plan};
use crate::news::{self, Asking};
use crate::token::Token;
use crate::{Sync, SyncError, people};

/// Whose devices and keys changed, and who shares no room with the user any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyChanges {
    /// Their keys have to be asked for again.
    pub changed: Vec<OwnedUserId>,
    /// Their keys do not matter any more.
    pub left: Vec<OwnedUserId>,
}

impl Sync {
    /// Whose devices and keys changed after the token `from` and up to `to`, of those who shared a room with the
    /// user at `to`. Of keys only the last change is kept, so who changed theirs in the span and after it, or
    /// only after it, is told alike: rather too much than too little.
    ///
    /// # Errors
    ///
    /// [`SyncError::InvalidToken`].
    pub async fn key_changes(&self, device: &Device, from: &str, to: &str) -> Result<KeyChanges, SyncError> {
        let since: Token = from.parse()?;
        let to: Token = to.parse()?;
        let inner = &self.0;
        // A token from before `from` spans nothing.
        let until =
            to.position.clamp(since.position, (*inner.storage.committed().borrow()).max(since.position));
        let filter: Arc<SyncFilter> = self.filter(device, None).await?;
        let (user, device_number, user_id) =
            (device.user_number, device.device_number, device.user_id.clone());
        let now_ms = inner.clock.now_ms();
        let read = inner.storage.read(move |session| {
            let known = people::load_past(session, user, &user_id, until)?;
            let asking = Asking { user, device: device_number, known: &known, since: since.position, until };
            let news = news::from_tables(session, &asking)?;
            let person = Person { user_id, user_number: user, device_number };
            let plan = Plan {
                person,
                since: Some(since),
                until,
                ephemeral: since.ephemeral,
                full_state: false,
                state_after: false,
                filter,
                known,
                news,
                news_since: since.position,
                sent: None,
                now_ms,
            };
            gather::key_changes(session, &plan)
        });
        let (changed, left) = read.await?;
        Ok(KeyChanges { changed, left })
    }
}
