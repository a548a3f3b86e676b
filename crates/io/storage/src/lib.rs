//! All SQL of Herold, once, for two engines: SQLite (embedded) and PostgreSQL.
//!
//! Statements are written in PostgreSQL's spelling; `dialect` names every difference. Writing
//! happens on one thread per node, several commands to a commit; reading happens beside it and
//! never waits for a write. Nothing here decides anything about rooms or accounts, and nothing
//! here asks for the time: it is an argument.

pub mod account_data;
pub mod accounts;
pub mod agreements;
pub mod aliases;
pub mod append;
mod changes;
pub mod cross_signing;
pub mod dehydrated_devices;
pub mod delayed_events;
pub mod device_keys;
pub mod device_lists;
pub mod devices;
mod dialect;
mod error;
pub mod event_files;
pub mod events;
pub mod filters;
mod follower;
pub mod full_text;
pub mod key_backups;
mod lock;
pub mod media;
pub mod media_lists;
pub mod media_quotas;
pub mod memberships;
mod migrations;
pub mod notice_rooms;
pub mod notices;
pub mod one_time_keys;
pub mod openid_tokens;
pub mod people;
pub mod portable;
mod postgresql;
pub mod profiles;
pub mod purge;
pub mod pushers;
mod reader;
pub mod receipts;
pub mod redacted_originals;
pub mod relations;
pub mod reports;
mod rest;
pub mod room_deletions;
pub mod room_graph;
pub mod room_head;
pub mod room_lists;
pub mod room_state;
pub mod room_summaries;
pub mod rooms;
pub mod server;
mod session;
pub mod sliding_connections;
mod sqlite;
mod storage;
pub mod thread_subscriptions;
pub mod timeline;
pub mod to_device;
pub mod tokens;
pub mod transaction_ids;
pub mod url_previews;
pub mod users;
mod value;
mod writer;

pub use changes::{CHANGES_MAX, Change, Changes, Topic};
pub use error::{DatabaseTlsError, StorageError};
pub use follower::{Follower, Standing};
pub use session::Session;
pub use storage::{Database, Postgresql, Storage, StorageThreads};
pub use value::{FromValue, Row, Value};
pub use writer::{BATCH_MAX, Transaction, WRITE_QUEUE_MAX};
