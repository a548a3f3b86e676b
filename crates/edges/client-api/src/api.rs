//! What every handler is given.

use herold_accounts::{Accounts, Rendezvous};
use herold_base::Clock;
use herold_calls::Calls;
use herold_delayed_events::DelayedEvents;
use herold_encryption::Encryption;
use herold_media::Media;
use herold_moderation::Moderation;
use herold_push::Push;
use herold_rooms::Rooms;
use herold_search::Search;
use herold_sync::Sync;
use herold_url_previews::UrlPreviews;

use crate::limits::Limits;
use crate::well_known::WellKnown;

/// The services behind the endpoints.
pub struct Api {
    /// Accounts, devices, profiles, account data.
    pub accounts: Accounts,
    /// Where devices meet of which one signs the other in.
    pub rendezvous: Rendezvous,
    /// Rooms: the only writer of events.
    pub rooms: Rooms,
    /// The words of events.
    pub search: Search,
    /// What changed since a token.
    pub sync: Sync,
    /// Pushers, and what is sent to them.
    pub push: Push,
    /// Keys, to-device messages, key backup.
    pub encryption: Encryption,
    /// What calls need beside the room.
    pub calls: Calls,
    /// Events that are sent later.
    pub delayed_events: DelayedEvents,
    /// Uploaded files.
    pub media: Media,
    /// What links show.
    pub url_previews: UrlPreviews,
    /// Reports to the administrators.
    pub moderation: Moderation,
    /// What others may find of this server.
    pub well_known: WellKnown,
    /// The time of day.
    pub clock: Clock,
    /// How often somebody may ask.
    pub limits: Limits,
}
