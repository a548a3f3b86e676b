//! Whole servers in this process, asked over HTTP, on both engines: what the endpoint suite stands on.

mod client;
mod damage;
mod database;
mod files;
mod gateway;
mod place;
mod push_service;
mod rough_gateway;
mod site;
mod vendors;

pub use client::{Answer, Client};
pub use damage::{Damage, Fault};
pub use database::Contents;
pub use files::{DOWNLOAD, THUMBNAIL};
pub use gateway::Gateway;
pub use place::{PASSWORD, Place, TestServer, UPLOAD_SIZE_MAX, postgresql, run, run_in, sqlite};
pub use push_service::{PushService, Pushed};
pub use rough_gateway::{Manner, RoughGateway};
pub use site::{Shown, Site};
pub use vendors::{Arrived, Vendors};

/// Makes two tests of each function `async fn name(server: TestServer)`: one on SQLite, one on PostgreSQL.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(#[test] fn $name() {
            $crate::run($crate::sqlite(), super::$name);
        })* }
        mod on_postgresql { $(#[test] fn $name() {
            $crate::run($crate::postgresql(concat!(module_path!(), "::", stringify!($name))), super::$name);
        })* }
    };
}
