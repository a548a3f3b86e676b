//! Who reads.

use ruma::{OwnedUserId, UserId};

/// A local user at one of their devices.
#[derive(Clone, Debug)]
pub struct Person {
    /// The user.
    pub user_id: OwnedUserId,
    /// The user's row number.
    pub user_number: i64,
    /// The device's row number: it alone is told its transaction ids.
    pub device_number: i64,
}

impl Person {
    /// The user.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }
}
