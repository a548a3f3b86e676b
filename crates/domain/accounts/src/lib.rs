//! Accounts, devices, tokens, profiles and account data.
//!
//! Nothing here knows of HTTP or of rooms' events; what must happen in rooms when an account
//! changes (a new display name, a deactivation) is the caller's to ask of the rooms.

mod device;
mod error;

use std::net::IpAddr;
use std::sync::Arc;

use herold_base::{Clock, Random};
use herold_storage::Storage;
use ruma::OwnedServerName;

pub use device::Device;
pub use error::AccountsError;

/// What an operator decides about accounts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's own name, the part after the colon of its users' ids.
    pub server_name: OwnedServerName,
}

/// The accounts of this server. Clones share everything.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    storage: Storage,
    clock: Clock,
    random: Random,
    settings: Settings,
}

impl Accounts {
    /// Accounts that lie in `storage`.
    pub fn new(storage: Storage, clock: Clock, random: Random, settings: Settings) -> Self {
        Self(Arc::new(Inner { storage, clock, random, settings }))
    }

    /// The server's own name.
    pub fn server_name(&self) -> &ruma::ServerName {
        &self.0.settings.server_name
    }

    /// The device that `token` was given to. `address` is where it calls from now.
    pub async fn device(&self, token: &str, address: IpAddr) -> Result<Device, AccountsError> {
        let _ = (token, address, &self.0.storage, &self.0.clock, &self.0.random);
        Err(AccountsError::UnknownToken { soft_logout: false })
    }
}
