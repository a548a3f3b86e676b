//! Sending an event whose time has come.

use herold_rooms::{SendMessage, SendState, TransactionId};
use herold_storage::accounts::{self, Account};
use herold_storage::delayed_events::DelayedRow;
use herold_storage::{Session, StorageError};
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde_json::value::RawValue;

use crate::{DelayedError, DelayedEvents};

impl DelayedEvents {
    /// Sends the event as its sender would now.
    pub(crate) async fn send_now(&self, row: &DelayedRow) -> Result<OwnedEventId, DelayedError> {
        let (sender, guest) = self.sender(row.user_number).await?;
        let damaged = |what: &str| DelayedError::InvalidParam(format!("the {what} cannot be read"));
        let room_id = OwnedRoomId::try_from(row.room_id.as_str()).map_err(|_| damaged("room's id"))?;
        let content = RawValue::from_string(row.content.clone()).map_err(|_| damaged("content"))?;
        // After a crash it is tried again, and must not be there twice.
        let transaction = Some(TransactionId::delayed(row.user_number, &row.delay_id));
        let sent = match &row.state_key {
            Some(state_key) => {
                let state = SendState {
                    room_id,
                    sender,
                    kind: row.kind.as_str().into(),
                    state_key: state_key.clone(),
                    content,
                    guest,
                    transaction,
                    origin_server_ts: None,
                };
                self.0.rooms.send_state(state).await
            }
            None => {
                let message = SendMessage {
                    room_id,
                    sender,
                    kind: row.kind.as_str().into(),
                    content,
                    transaction,
                    origin_server_ts: None,
                };
                self.0.rooms.send(message).await
            }
        };
        Ok(sent?)
    }

    /// The user of this number, if they may send at the moment, and whether they are a guest.
    async fn sender(&self, user_number: i64) -> Result<(OwnedUserId, bool), DelayedError> {
        let read = move |session: &mut Session| accounts::by_number(session, &[user_number]);
        let found: Result<Vec<Account>, StorageError> = self.0.storage.read(read).await;
        let may_send =
            |account: &Account| account.deactivated_at.is_none() && !account.locked && !account.suspended;
        let account = found?.pop().filter(may_send).ok_or(DelayedError::Standing)?;
        let user_id = OwnedUserId::try_from(account.user_id).map_err(|_| DelayedError::Standing)?;
        Ok((user_id, account.guest))
    }
}
