//! Scheduling an event, and what is scheduled.

use std::time::Duration;

use herold_storage::delayed_events::{self, DelayedRow};
use herold_storage::{StorageError, Transaction};
use ruma::{OwnedRoomId, RoomId};
use serde_json::value::RawValue;

use crate::{DELAY_MS_MAX, DelayedError, DelayedEvents, SCHEDULED_MAX};

/// Letters of an event's public name: it is the right to send or cancel the event, so nobody may guess it.
const DELAY_ID_LETTERS: usize = 43;
/// Bytes of a content at most, as of an event.
const CONTENT_MAX: usize = 65_536;
/// Bytes of a type, a state key or a transaction id at most, as everywhere in Matrix.
const NAME_MAX: usize = 255;

/// An event to be sent later.
#[derive(Clone, Debug)]
pub struct NewDelayedEvent {
    /// Who sends it.
    pub user_number: i64,
    /// With which device.
    pub device_number: i64,
    /// Into which room; whether they may is asked when it is sent.
    pub room_id: OwnedRoomId,
    /// The event's type.
    pub kind: String,
    /// The state key of a state event.
    pub state_key: Option<String>,
    /// Any JSON object.
    pub content: Box<RawValue>,
    /// The delay, milliseconds.
    pub delay_ms: i64,
    /// The device's own id of the request: asked again, nothing is scheduled twice.
    pub transaction_id: Option<String>,
}

/// An event that waits to be sent.
#[derive(Clone, Debug)]
pub struct DelayedEvent {
    /// Its name.
    pub delay_id: String,
    /// The room.
    pub room_id: String,
    /// The event's type.
    pub kind: String,
    /// The state key of a state event.
    pub state_key: Option<String>,
    /// The content.
    pub content: Box<RawValue>,
    /// The delay, milliseconds.
    pub delay_ms: i64,
    /// When it began, milliseconds since the Unix epoch.
    pub running_since_ms: i64,
}

impl DelayedEvents {
    /// Schedules an event; answers the name under which it is changed.
    pub async fn schedule(&self, event: NewDelayedEvent) -> Result<String, DelayedError> {
        check(&event)?;
        let now_ms = self.0.clock.now_ms();
        let claim = event.transaction_id.as_ref().map(|id| {
            let NewDelayedEvent { device_number, room_id, kind, .. } = &event;
            format!("{device_number}/{room_id}/{kind}/{id}")
        });
        let row = DelayedRow {
            delay_id: self.0.random.letters(DELAY_ID_LETTERS),
            user_number: event.user_number,
            device_number: event.device_number,
            room_id: event.room_id.to_string(),
            kind: event.kind,
            state_key: event.state_key,
            content: event.content.get().to_owned(),
            delay_ms: event.delay_ms,
            running_since_at: now_ms,
            taken: false,
            finalised_at: None,
            event_id: None,
        };
        let write = move |transaction: &mut Transaction<'_>| {
            let user = row.user_number;
            let name = delayed_events::insert(transaction, &row, claim.as_deref())?;
            let (count, next_at) = delayed_events::count_scheduled(transaction, user)?;
            if count > SCHEDULED_MAX {
                let wait_ms = next_at.map_or(0, |next_at| next_at.saturating_sub(now_ms)).max(1);
                let retry_after = Duration::from_millis(wait_ms.unsigned_abs());
                return Err(DelayedError::TooMany { retry_after });
            }
            Ok(name)
        };
        let name = self.0.storage.write(write).await?;
        self.expect(now_ms.saturating_add(event.delay_ms));
        Ok(name)
    }

    /// What an account has scheduled, the next to be sent first.
    pub async fn scheduled(&self, user_number: i64) -> Result<Vec<DelayedEvent>, DelayedError> {
        let read = move |session: &mut _| delayed_events::scheduled(session, user_number);
        let rows: Result<Vec<DelayedRow>, StorageError> = self.0.storage.read(read).await;
        let shown = |row: DelayedRow| {
            Some(DelayedEvent {
                delay_id: row.delay_id,
                room_id: row.room_id,
                kind: row.kind,
                state_key: row.state_key,
                content: RawValue::from_string(row.content).ok()?,
                delay_ms: row.delay_ms,
                running_since_ms: row.running_since_at,
            })
        };
        Ok(rows?.into_iter().filter_map(shown).collect())
    }
}

fn check(event: &NewDelayedEvent) -> Result<(), DelayedError> {
    if event.delay_ms < 1 {
        return Err(DelayedError::InvalidParam("a delay has at least one millisecond".to_owned()));
    }
    if event.delay_ms > DELAY_MS_MAX {
        return Err(DelayedError::TooLong);
    }
    let names = [Some(&event.kind), event.state_key.as_ref(), event.transaction_id.as_ref()];
    if names.into_iter().flatten().any(|name| name.len() > NAME_MAX || name.contains('\0')) {
        let text = format!("a type, a state key or a transaction id has at most {NAME_MAX} bytes and no NUL");
        return Err(DelayedError::InvalidParam(text));
    }
    if <&RoomId>::try_from(event.room_id.as_str()).is_err() || event.room_id.as_str().contains('\0') {
        return Err(DelayedError::InvalidParam("this is no room's id".to_owned()));
    }
    match event.content.get() {
        content if content.len() > CONTENT_MAX => Err(DelayedError::TooLarge),
        content if !content.starts_with('{') => Err(DelayedError::BadJson),
        _ => Ok(()),
    }
}
