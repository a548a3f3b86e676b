//! The services of a server, each with what the configuration decides for it. Nothing is started here.

use std::sync::Arc;

use herold_accounts::{Accounts, Findable, Rendezvous};
use herold_base::{Clock, Random};
use herold_blobs::Blobs;
use herold_calls::Calls;
use herold_client_api::{Api, Limits};
use herold_delayed_events::DelayedEvents;
use herold_encryption::Encryption;
use herold_federation_client::FederationClient;
use herold_media::Media;
use herold_moderation::Moderation;
use herold_outgoing::Outgoing;
use herold_push::{Apps, Push, VapidKey, WebPush};
use herold_rooms::Rooms;
use herold_search::Search;
use herold_storage::Storage;
use herold_sync::Sync;
use herold_url_previews::UrlPreviews;
use ruma::RoomVersionId;

use crate::ServerError;
use crate::config::push::{contact, gateway};
use crate::config::{Config, FindPeople, Publishers, RegistrationMode};
use crate::identity::Keys;

/// Puts the services together.
pub(crate) fn services(
    config: &Config,
    keys: Keys,
    apps: Apps,
    storage: &Storage,
    blobs: Blobs,
    clock: &Clock,
    random: &Random,
) -> Result<Api, ServerError> {
    let (storage, clock, random) = (storage.clone(), clock.clone(), random.clone());
    let settings = accounts_settings(config);
    let accounts = Accounts::new(storage.clone(), clock.clone(), random.clone(), keys.links, settings);
    let federation_settings = herold_federation_client::Settings {
        server_name: config.server_name.clone(),
        key: Arc::clone(&keys.events),
        outgoing: config.federation.outgoing()?,
    };
    let federation = FederationClient::new(federation_settings, clock.clone());
    let room_settings = herold_rooms::Settings {
        server_name: config.server_name.clone(),
        key: keys.events,
        default_room_version: RoomVersionId::V12,
        retention: config.retention.of_rooms(),
        redacted_kept_ms: config.retention.redacted_ms(),
        only_admins_publish: config.directory.publish == Publishers::Administrators,
        directory_needs_sign_in: config.directory.rooms_need_sign_in,
    };
    let rooms = Rooms::new(storage.clone(), federation, clock.clone(), random.clone(), room_settings);
    let delayed_events = DelayedEvents::new(storage.clone(), rooms.clone(), clock.clone(), random.clone());
    let sync_settings =
        herold_sync::Settings { server_name: config.server_name.clone(), presence: config.presence.enabled };
    let sync = Sync::new(storage.clone(), rooms.reader().clone(), clock.clone(), sync_settings);
    let encryption_settings = herold_encryption::Settings::new(config.server_name.clone());
    let moderation = Moderation::new(storage.clone(), clock.clone());
    let outgoing = Outgoing::new(outgoing_settings(config));
    let push_settings = push_settings(config, keys.push, apps);
    let push =
        Push::new(storage.clone(), sync.clone(), outgoing, clock.clone(), random.clone(), push_settings);
    let rendezvous = Rendezvous::new(clock.clone(), random.clone());
    let media = Media::new(storage.clone(), blobs, clock.clone(), random, media_settings(config));
    Ok(Api {
        accounts,
        rendezvous,
        search: Search::new(storage.clone(), rooms.reader().clone()),
        rooms,
        sync,
        delayed_events,
        calls: Calls::new(clock.clone(), config.calls.settings()),
        push,
        encryption: Encryption::new(storage.clone(), clock.clone(), encryption_settings),
        url_previews: UrlPreviews::new(
            storage,
            media.clone(),
            Outgoing::new(config.url_previews.outgoing()),
            clock.clone(),
            config.url_previews.settings(),
        ),
        media,
        moderation,
        well_known: config.well_known.published(),
        clock: clock.clone(),
        limits: Limits::new(clock, config.rate_limits.rates()),
    })
}

fn outgoing_settings(config: &Config) -> herold_outgoing::Settings {
    let allowed = config.push.allowed_networks.iter().map(|network| network.0);
    herold_outgoing::Settings { allowed: allowed.collect(), ..herold_outgoing::Settings::default() }
}

fn push_settings(config: &Config, key: VapidKey, apps: Apps) -> herold_push::Settings {
    let web_push = config.push.web_push.then(|| WebPush { key, contact: contact(config) });
    herold_push::Settings { gateway: gateway(config), for_others: config.push.gateway, web_push, apps }
}

fn accounts_settings(config: &Config) -> herold_accounts::Settings {
    let registration = match config.registration.mode {
        RegistrationMode::Closed => herold_accounts::Registration::Closed,
        RegistrationMode::Token => herold_accounts::Registration::Token(config.registration.tokens.clone()),
        RegistrationMode::Open => herold_accounts::Registration::Open,
    };
    let hashing = herold_accounts::Hashing {
        memory_kib: config.passwords.memory_kib,
        passes: config.passwords.passes,
        workers: config.passwords.workers,
        ..herold_accounts::Hashing::default()
    };
    herold_accounts::Settings {
        registration,
        guests: config.registration.guests,
        guests_kept_ms: config.registration.guests_kept_ms(),
        terms: config.terms.settings(config.well_known.client_base_url.as_deref()),
        hashing,
        notices_name: config.notices.name.clone(),
        findable: match config.directory.people {
            FindPeople::Everybody => Findable::Everybody,
            FindPeople::Seen => Findable::Seen,
            FindPeople::Nobody => Findable::Nobody,
        },
        password_min: config.passwords.characters_min,
        ..herold_accounts::Settings::new(config.server_name.clone())
    }
}

fn media_settings(config: &Config) -> herold_media::Settings {
    let usual = herold_media::Settings::new(config.server_name.clone());
    herold_media::Settings {
        upload_size_max: config.media.upload_size_max,
        quota: config.media.quota(),
        quota_info_uri: config.well_known.support_page.clone().unwrap_or(usual.quota_info_uri.clone()),
        ..usual
    }
}
