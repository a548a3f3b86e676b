//! Sliding sync as Element X uses it: matrix-sdk-ui's SyncService, RoomListService and Timeline, for an invite, an
//! encrypted conversation, unread counts, and coming back after a break.

use futures::{Stream, StreamExt};
use matrix_sdk::ruma::OwnedRoomId;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use matrix_sdk::{Client, Room, RoomState};
use matrix_sdk_ui::sync_service::SyncService;
use matrix_sdk_ui::timeline::{RoomExt, Timeline};
use serde_json::Value;

use crate::patience::until;
use crate::person::{Entry, Person};
use crate::rust_person::{RustPerson, sign_up};
use crate::server::Server;

const PASSWORD: &str = "a long enough passphrase";

/// Somebody whose app speaks sliding sync.
struct Guest {
    client: Client,
    sync: SyncService,
    _folder: tempfile::TempDir,
}

impl Guest {
    async fn enter(server: &Server, username: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let client = Client::builder()
            .homeserver_url(server.url())
            .sliding_sync_version_builder(matrix_sdk::sliding_sync::VersionBuilder::DiscoverNative)
            .sqlite_store(folder.path(), None)
            .build()
            .await
            .expect("a server that speaks sliding sync");
        sign_up(&client, username, PASSWORD).await;
        client.matrix_auth().login_username(username, PASSWORD).send().await.expect("signed in");
        let sync = SyncService::builder(client.clone()).build().await.expect("a sync service");
        sync.start().await;
        Self { client, sync, _folder: folder }
    }

    /// Changes of rooms as the app's list of rooms sees them.
    fn changes(&self) -> impl Stream<Item = ()> + use<> {
        let updates = self.client.room_info_notable_update_receiver();
        futures::stream::unfold(updates, |mut updates| async {
            // Whoever lags behind looks at all of it anyway.
            let _ = updates.recv().await;
            Some(((), updates))
        })
    }

    async fn room(&self, what: &str, id: &OwnedRoomId, fits: impl Fn(&Room) -> bool) -> Room {
        until(what, self.changes(), || async { self.client.get_room(id).filter(|room| fits(room)) }).await
    }
}

async fn shows(timeline: &Timeline, text: &str) {
    let (_, changes) = timeline.subscribe().await;
    until(text, changes.map(drop), || async {
        let items = timeline.items().await;
        let bodies = items.iter().filter_map(|item| {
            let message = item.as_event()?.content().as_message()?;
            (message.body() == text).then_some(())
        });
        bodies.into_iter().next()
    })
    .await;
}

/// The scenario.
pub async fn run(server: &Server) {
    let host = RustPerson::enter(Entry::SignUp, server.url(), &server.username("host"), PASSWORD).await;
    let guest = Guest::enter(server, &server.username("guest")).await;
    let guest_id = guest.client.user_id().expect("signed in").to_string();

    let (room, _) = host.create_room(&guest_id).await;
    let id = OwnedRoomId::try_from(room.as_str()).expect("a room id");
    let invited = guest.room("an invite", &id, |room| room.state() == RoomState::Invited).await;
    invited.join().await.expect("joined");
    let joined = guest.room("the room", &id, |room| room.state() == RoomState::Joined).await;
    host.wait_for_member(&room, &guest_id).await;

    // What is said while the room is in the list, and what is said once it is open.
    host.send_text(&room, "from the list").await;
    guest.sync.room_list_service().subscribe_to_rooms(&[&id]).await;
    let timeline = joined.timeline().await.expect("a timeline");
    shows(&timeline, "from the list").await;
    timeline.send(RoomMessageEventContent::text_plain("answered").into()).await.expect("sent");
    host.wait_for_event("an answer", |event: &Value, encrypted| {
        (encrypted && event["content"]["body"] == "answered").then_some(())
    })
    .await;

    // A break: what happened meanwhile comes when the app is opened again.
    guest.sync.stop().await;
    for number in 0..25 {
        host.send_text(&room, &format!("missed {number}")).await;
    }
    guest.sync.start().await;
    shows(&timeline, "missed 24").await;
    guest.sync.stop().await;
}
