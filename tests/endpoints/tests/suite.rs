//! The endpoint suite: every area in a file of its own, one test binary for all.

#[path = "suite/access.rs"]
mod access;
#[path = "suite/account_data.rs"]
mod account_data;
#[path = "suite/account_passwords.rs"]
mod account_passwords;
#[path = "suite/account_registration.rs"]
mod account_registration;
#[path = "suite/account_standing.rs"]
mod account_standing;
#[path = "suite/big_pages.rs"]
mod big_pages;
#[path = "suite/broken_input.rs"]
mod broken_input;
#[path = "suite/calls.rs"]
mod calls;
#[path = "suite/checklist_history.rs"]
mod checklist_history;
#[path = "suite/checklist_people.rs"]
mod checklist_people;
#[path = "suite/checklist_rooms.rs"]
mod checklist_rooms;
#[path = "suite/checklist_sync.rs"]
mod checklist_sync;
#[path = "suite/checklist_upgrades.rs"]
mod checklist_upgrades;
#[path = "suite/dehydrated_device.rs"]
mod dehydrated_device;
#[path = "suite/delayed_events.rs"]
mod delayed_events;
#[path = "suite/devices.rs"]
mod devices;
#[path = "suite/discovery.rs"]
mod discovery;
#[path = "suite/encryption_backup.rs"]
mod encryption_backup;
#[path = "suite/encryption_cross_signing.rs"]
mod encryption_cross_signing;
#[path = "suite/encryption_keys.rs"]
mod encryption_keys;
#[path = "suite/encryption_to_device.rs"]
mod encryption_to_device;
#[path = "suite/followers.rs"]
mod followers;
#[path = "suite/guests.rs"]
mod guests;
#[path = "suite/history_old.rs"]
mod history_old;
#[path = "suite/invites.rs"]
mod invites;
#[path = "suite/media_awaited.rs"]
mod media_awaited;
#[path = "suite/media_download.rs"]
mod media_download;
#[path = "suite/media_quarantine.rs"]
mod media_quarantine;
#[path = "suite/media_quota.rs"]
mod media_quota;
#[path = "suite/media_s3.rs"]
mod media_s3;
#[path = "suite/media_thumbnail.rs"]
mod media_thumbnail;
#[path = "suite/media_upload.rs"]
mod media_upload;
#[path = "suite/notices.rs"]
mod notices;
#[path = "suite/odd_order.rs"]
mod odd_order;
#[path = "suite/openid.rs"]
mod openid;
#[path = "suite/paths.rs"]
mod paths;
#[path = "suite/policy_servers.rs"]
mod policy_servers;
#[path = "suite/profile.rs"]
mod profile;
#[path = "suite/proofs.rs"]
mod proofs;
#[path = "suite/purge.rs"]
mod purge;
#[path = "suite/push_apps.rs"]
mod push_apps;
#[path = "suite/push_browsers.rs"]
mod push_browsers;
#[path = "suite/push_gateway.rs"]
mod push_gateway;
#[path = "suite/push_notifications.rs"]
mod push_notifications;
#[path = "suite/push_pushers.rs"]
mod push_pushers;
#[path = "suite/push_rough_gateways.rs"]
mod push_rough_gateways;
#[path = "suite/push_sending.rs"]
mod push_sending;
#[path = "suite/recount.rs"]
mod recount;
#[path = "suite/recount_model.rs"]
mod recount_model;
#[path = "suite/relations_bundles.rs"]
mod relations_bundles;
#[path = "suite/relations_client.rs"]
mod relations_client;
#[path = "suite/relations_listing.rs"]
mod relations_listing;
#[path = "suite/relations_sending.rs"]
mod relations_sending;
#[path = "suite/rendezvous.rs"]
mod rendezvous;
#[path = "suite/reports.rs"]
mod reports;
#[path = "suite/rooms_basics.rs"]
mod rooms_basics;
#[path = "suite/rooms_create.rs"]
mod rooms_create;
#[path = "suite/rooms_directory.rs"]
mod rooms_directory;
#[path = "suite/rooms_membership.rs"]
mod rooms_membership;
#[path = "suite/rooms_public.rs"]
mod rooms_public;
#[path = "suite/rooms_races.rs"]
mod rooms_races;
#[path = "suite/rooms_sending.rs"]
mod rooms_sending;
#[path = "suite/rooms_timestamps.rs"]
mod rooms_timestamps;
#[path = "suite/search_events.rs"]
mod search_events;
#[path = "suite/session_login.rs"]
mod session_login;
#[path = "suite/session_refresh.rs"]
mod session_refresh;
#[path = "suite/signer.rs"]
mod signer;
#[path = "suite/sliding_client.rs"]
mod sliding_client;
#[path = "suite/sliding_connections.rs"]
mod sliding_connections;
#[path = "suite/sliding_extensions.rs"]
mod sliding_extensions;
#[path = "suite/sliding_membership.rs"]
mod sliding_membership;
#[path = "suite/sliding_merged.rs"]
mod sliding_merged;
#[path = "suite/sliding_replay.rs"]
mod sliding_replay;
#[path = "suite/sliding_rooms.rs"]
mod sliding_rooms;
#[path = "suite/spaces.rs"]
mod spaces;
#[path = "suite/sync_client.rs"]
mod sync_client;
#[path = "suite/sync_ephemeral.rs"]
mod sync_ephemeral;
#[path = "suite/sync_filters.rs"]
mod sync_filters;
#[path = "suite/sync_people.rs"]
mod sync_people;
#[path = "suite/sync_replay.rs"]
mod sync_replay;
#[path = "suite/sync_rooms.rs"]
mod sync_rooms;
#[path = "suite/sync_unread.rs"]
mod sync_unread;
#[path = "suite/sync_waiting.rs"]
mod sync_waiting;
#[path = "suite/terms.rs"]
mod terms;
#[path = "suite/third_party.rs"]
mod third_party;
#[path = "suite/thread_subscriptions.rs"]
mod thread_subscriptions;
#[path = "suite/traces.rs"]
mod traces;
#[path = "suite/unknown_tokens.rs"]
mod unknown_tokens;
#[path = "suite/url_previews.rs"]
mod url_previews;
#[path = "suite/user_directory.rs"]
mod user_directory;
