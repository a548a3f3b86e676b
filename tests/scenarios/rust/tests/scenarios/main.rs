//! Real clients against a real server, each scenario on both engines. One binary, because linking
//! matrix-sdk is dear. Nothing here may know how the server works inside.

// matrix-sdk's futures are deep.
#![recursion_limit = "256"]

mod conversation;
mod finding;
mod js_person;
mod notification;
mod patience;
mod person;
mod plain_room;
mod reading;
mod room_list;
mod rust_person;
mod rust_verification;
mod server;
mod shared_history;
mod sliding_person;

/// One scenario, run against a fresh server on each engine.
macro_rules! on_both_engines {
    ($scenario:ident: $run:path) => {
        mod $scenario {
            use crate::server::{Engine, Server};

            async fn on(engine: Engine) {
                let server = Server::start(stringify!($scenario), engine).await;
                $run(&server).await;
                server.stop().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                on(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgresql() {
                on(Engine::Postgresql).await;
            }
        }
    };
}

on_both_engines!(encrypted_conversation: crate::conversation::run);
on_both_engines!(plain_room_with_nio: crate::plain_room::run);
on_both_engines!(rooms_as_they_slide_by: crate::room_list::run);
on_both_engines!(history_that_is_shared: crate::shared_history::run);
on_both_engines!(rooms_and_people_are_found: crate::finding::run);
on_both_engines!(what_a_push_shows: crate::notification::run);
on_both_engines!(long_conversation_is_read: crate::reading::run);
