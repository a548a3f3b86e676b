//! Accounts, devices, tokens, profiles and account data.
//!
//! Nothing here knows of HTTP or of rooms' events; what must happen in rooms when an account
//! changes (a new display name, a deactivation) is the caller's to ask of the rooms.

mod account_data;
mod administration;
mod callers;
mod device;
mod devices;
mod error;
mod guests;
mod interactive;
mod names;
mod openid;
mod passwords;
mod people;
mod profiles;
mod registration;
mod rendezvous;
mod secrets;
mod settings;
mod signing_in;
mod stored;
mod terms;
mod wishes;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use herold_base::{Clock, Random};
use herold_storage::Storage;

use callers::Callers;
use interactive::Interactive;
use passwords::Passwords;
use secrets::Renewals;

pub use administration::{ListedAccount, PAGE_MAX, Standing};
pub use device::Device;
pub use devices::OwnDevice;
pub use error::AccountsError;
pub use interactive::{Challenge, Proof, Purpose, Stage};
pub use openid::OPENID_TOKEN_MS;
pub use people::{Findable, FoundPerson};
pub use profiles::{AVATAR_URL, DISPLAY_NAME, Profile, ProfileChange};
pub use registration::NewAccount;
pub use rendezvous::{DATA_BYTES_MAX, Payload, RENDEZVOUS_MS, Rendezvous, RendezvousError};
pub use settings::{Hashing, Registration, Settings};
pub use signing_in::{NewDevice, SignedIn};
pub use terms::{Agreed, Asked, Document, LINK_MS, LinkKey, Terms, Translation};
pub use wishes::{IGNORED_USERS, ignored_users, without_invites};

/// The accounts of this server. Clones share everything.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    storage: Storage,
    clock: Clock,
    random: Random,
    settings: Settings,
    passwords: Passwords,
    callers: Callers,
    interactive: Interactive,
    /// Whether what was being closed when the server ended was looked for.
    closing_finished: AtomicBool,
    renewals: Renewals,
    links: LinkKey,
}

impl Accounts {
    /// Accounts that lie in `storage`. `links` signs what everybody is given who has to agree to terms.
    pub fn new(storage: Storage, clock: Clock, random: Random, links: LinkKey, settings: Settings) -> Self {
        let passwords = Passwords::new(&settings.hashing, random.clone());
        let (callers, interactive) = (Callers::new(), Interactive::new());
        let (renewals, closing_finished) = (Renewals::new(&random), AtomicBool::new(false));
        Self(Arc::new(Inner {
            storage,
            clock,
            random,
            settings,
            passwords,
            callers,
            interactive,
            closing_finished,
            renewals,
            links,
        }))
    }

    /// The server's own name.
    pub fn server_name(&self) -> &ruma::ServerName {
        &self.0.settings.server_name
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Whether [`Accounts::device`] knows `token` without asking the database.
    pub fn remembers(&self, token: &str) -> bool {
        self.0.callers.get(&secrets::hash(token)).is_some()
    }

    /// The device that `token` was given to. `address` is where it calls from now.
    pub async fn device(&self, token: &str, address: IpAddr) -> Result<Device, AccountsError> {
        let hash = secrets::hash(token);
        let now_ms = self.0.clock.now_ms();
        let caller = match self.0.callers.get(&hash) {
            Some(caller) => caller,
            None => self.look_up(hash).await?,
        };
        if caller.expires_at.is_some_and(|expires_at| expires_at <= now_ms) {
            return Err(AccountsError::UnknownToken { soft_logout: true });
        }
        if let Some(sightings) = self.0.callers.see(&caller, address, now_ms) {
            let accounts = self.clone();
            // Nobody waits for this: a lost sighting costs an old date in a list.
            tokio::spawn(async move {
                if let Err(error) = accounts.record_sightings(sightings).await {
                    tracing::warn!(%error, "cannot note when devices were seen");
                }
                if let Err(error) = accounts.finish_closing().await {
                    tracing::warn!(%error, "what is left of closed accounts stays until the next start");
                }
                // About once a minute while anybody calls is often enough to keep the table small.
                if let Err(error) = accounts.sweep_transaction_ids().await {
                    tracing::warn!(%error, "old transaction ids stay for now");
                }
            });
        }
        Ok(caller.device.clone())
    }
}
