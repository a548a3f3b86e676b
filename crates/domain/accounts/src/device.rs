//! Who calls: a signed-in device, proven by its access token. Holding one is the proof; nothing
//! else may make one.

use ruma::{OwnedDeviceId, OwnedUserId};

/// A signed-in device of a local account.
#[derive(Clone, Debug)]
pub struct Device {
    /// The account.
    pub user_id: OwnedUserId,
    /// The account's row number.
    pub user_number: i64,
    /// The device's id, unique within the account.
    pub device_id: OwnedDeviceId,
    /// The device's row number, unique for ever: a device that signs in again under the same id keeps it
    /// unless it was deleted in between.
    pub device_number: i64,
    /// Whether the account administers this server.
    pub admin: bool,
    /// Whether the account is a guest's.
    pub guest: bool,
    /// Whether the account may do nothing but sign out (`M_USER_LOCKED` for anything else).
    pub locked: bool,
    /// Whether the account may only read and leave (`M_USER_SUSPENDED` for anything else).
    pub suspended: bool,
    /// Whether its owner has yet to agree to the terms in force (`M_CONSENT_NOT_GIVEN` for most else).
    pub owes_consent: bool,
}
