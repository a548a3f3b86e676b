//! Typing and presence as users set and ask for them.

use std::time::Duration;

use herold_accounts::Device;
use herold_storage::{StorageError, memberships, users};
use ruma::presence::PresenceState;
use ruma::{RoomId, UserId};
use tokio::time::Instant;

use crate::ephemeral::Passing;
use crate::typing::TYPING_MAX;
use crate::{Inner, Sync, SyncError};

/// How somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPresence {
    /// Online, idle or away.
    pub state: PresenceState,
    /// What they say about it.
    pub status: Option<String>,
    /// How long ago they did something, where that is known.
    pub last_active_ago: Option<Duration>,
    /// Whether they are doing something now.
    pub currently_active: bool,
}

impl Inner {
    /// The user does something.
    pub(crate) fn acts(&self, user: i64) {
        if self.settings.presence && self.presence.acts(user, Instant::now(), self.clock.now_ms()) {
            self.ephemeral.tell(&[Passing::Presence { user }]);
        }
    }

    /// The number of a room that the user is in.
    pub(crate) async fn joined_room(&self, user: i64, room_id: &RoomId) -> Result<i64, SyncError> {
        let (reader, room_id) = (self.reader.clone(), room_id.to_owned());
        self.storage
            .read(move |session| {
                let room = reader.room(session, &room_id)?.ok_or(SyncError::NotInRoom)?;
                let membership = memberships::of_user_in(session, user, room.number)?;
                let joined = membership.is_some_and(|membership| membership.membership == "join");
                joined.then_some(room.number).ok_or(SyncError::NotInRoom)
            })
            .await
    }
}

impl Sync {
    /// The caller types in a room for `lasting` from now on (at most [`TYPING_MAX`]), or no longer.
    ///
    /// # Errors
    ///
    /// [`SyncError::NotInRoom`].
    pub async fn set_typing(
        &self,
        device: &Device,
        room_id: &RoomId,
        lasting: Option<Duration>,
    ) -> Result<(), SyncError> {
        let (inner, user) = (&self.0, device.user_number);
        let room = inner.joined_room(user, room_id).await?;
        let until = lasting.map(|lasting| Instant::now() + lasting.min(TYPING_MAX));
        if inner.typing.set(room, user, device.user_id.clone(), until) {
            inner.ephemeral.tell(&[Passing::Typing { room }]);
        }
        inner.acts(user);
        Ok(())
    }

    /// Sets how the caller is.
    ///
    /// # Errors
    ///
    /// [`SyncError::PresenceOff`].
    pub fn set_presence(
        &self,
        device: &Device,
        state: PresenceState,
        status: Option<String>,
    ) -> Result<(), SyncError> {
        let (inner, user) = (&self.0, device.user_number);
        if !inner.settings.presence {
            return Err(SyncError::PresenceOff);
        }
        let now_ms = inner.clock.now_ms();
        if inner.presence.says(user, device.device_number, state, status, Instant::now(), now_ms) {
            inner.ephemeral.tell(&[Passing::Presence { user }]);
        }
        Ok(())
    }

    /// How `user_id` is, who must be the caller or share a room with them.
    ///
    /// # Errors
    ///
    /// [`SyncError::PresenceOff`], [`SyncError::PresenceForbidden`].
    pub async fn presence(&self, device: &Device, user_id: &UserId) -> Result<UserPresence, SyncError> {
        let inner = &self.0;
        if !inner.settings.presence {
            return Err(SyncError::PresenceOff);
        }
        let (own, asked) = (device.user_number, user_id.to_string());
        let found = inner.storage.read(move |session| {
            let number = users::numbers(session, std::slice::from_ref(&asked))?.remove(&asked);
            let Some(number) = number.filter(|number| *number != own) else {
                return Ok::<_, StorageError>(number);
            };
            let rooms = memberships::joined_rooms(session, &[own])?;
            let shared = memberships::users_among(session, &[number], &rooms)?;
            Ok(shared.first().copied())
        });
        let number = found.await.map_err(SyncError::from)?.ok_or(SyncError::PresenceForbidden)?;
        let away = UserPresence {
            state: PresenceState::Offline,
            status: None,
            last_active_ago: None,
            currently_active: false,
        };
        Ok(inner.presence.of(number).map_or(away, |shown| {
            let ago = inner.clock.now_ms().saturating_sub(shown.active_at);
            let ago = u64::try_from(ago).ok().filter(|_| shown.active_at > 0).map(Duration::from_millis);
            UserPresence {
                state: shown.state,
                status: shown.status,
                last_active_ago: ago,
                currently_active: shown.currently_active,
            }
        }))
    }
}
