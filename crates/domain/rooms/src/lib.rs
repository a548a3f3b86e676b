//! Rooms: the only writer of events.
//!
//! Whoever wants an event in a room takes the room's turn ([`turn`]), decides upon the state as it is
//! there, and hands the result to the one writer ([`writer`]), which commits the events of many rooms
//! at once. Nothing slow happens inside a turn, and nobody is answered before the commit is durable.

mod aliases;
mod create;
mod delete;
mod error;
mod files;
mod head;
mod list;
mod member;
mod membership;
mod policy;
mod purge;
pub mod read;
mod receive;
mod redact;
mod relation;
mod retention;
mod send;
mod state;
mod turn;
mod upgrade;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};

use herold_base::{Clock, Random};
use herold_federation_client::FederationClient;
use herold_storage::Storage;
use ruma::signatures::Ed25519KeyPair;
use ruma::{OwnedServerName, RoomVersionId};

pub use create::{CreateRoom, InitialState};
pub use delete::{DeleteRoom, FAREWELL_MS, RoomDeletion, Stage};
pub use error::RoomsError;
pub use files::NamedFiles;
pub use herold_room_rules::Preset;
pub use list::ListedRoom;
pub use member::Profile;
pub use membership::{Invite, Join, Knock, Removal, Remove, ThirdPartySigned};
pub use receive::Receipt;
pub use redact::Redact;
pub use retention::Retention;
pub use send::{SendMessage, TransactionId};
pub use state::SendState;
pub use upgrade::Upgrade;

use turn::Slots;
use writer::Writer;

/// What an operator decides about rooms.
#[derive(Clone)]
pub struct Settings {
    /// The server's own name.
    pub server_name: OwnedServerName,
    /// The key that signs this server's events.
    pub key: Arc<Ed25519KeyPair>,
    /// The version of new rooms where nobody asks for another.
    pub default_room_version: RoomVersionId,
    /// How long messages are kept; without it, for ever.
    pub retention: Option<Retention>,
    /// How long what was redacted is kept for those who may redact, milliseconds; without it, it is gone at once.
    pub redacted_kept_ms: Option<i64>,
    /// Whether only administrators may list rooms in the directory.
    pub only_admins_publish: bool,
    /// Whether the directory is shown to those only who are signed in.
    pub directory_needs_sign_in: bool,
}

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    storage: Storage,
    federation: FederationClient,
    clock: Clock,
    random: Random,
    settings: Settings,
    writer: Writer,
    slots: Slots,
    reader: read::Reader,
    /// The number of the next chain of appends.
    chains: AtomicU64,
    /// When the newest room was made, milliseconds: no two rooms are made at the same time.
    created_ms: AtomicI64,
}

impl Inner {
    /// Until when what is redacted now is kept, milliseconds since the Unix epoch.
    fn keep_redacted_until(&self) -> Option<i64> {
        self.settings.redacted_kept_ms.map(|kept_ms| self.clock.now_ms().saturating_add(kept_ms))
    }
}

impl Rooms {
    /// Works on what lies in `storage`. Must be called inside a tokio runtime: the writer is a task of
    /// its own, and ends when the last clone is dropped.
    pub fn new(
        storage: Storage,
        federation: FederationClient,
        clock: Clock,
        random: Random,
        settings: Settings,
    ) -> Self {
        let writer = Writer::start(storage.clone());
        let slots = Slots::default();
        let (reader, chains, created_ms) = (read::Reader::default(), AtomicU64::new(1), AtomicI64::new(0));
        Self(Arc::new(Inner {
            storage,
            federation,
            clock,
            random,
            settings,
            writer,
            slots,
            reader,
            chains,
            created_ms,
        }))
    }

    /// Reads rooms for clients.
    pub fn reader(&self) -> &read::Reader {
        &self.0.reader
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    fn storage(&self) -> &Storage {
        &self.0.storage
    }
}
