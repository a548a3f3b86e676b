//! A person at an app such as Element X: the services of matrix-sdk-ui over sliding sync, one connection for the rooms
//! and one for encryption.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt};
use matrix_sdk::ruma::{OwnedRoomId, UserId};
use matrix_sdk::sliding_sync::VersionBuilder;
use matrix_sdk::{Client, Room, RoomState, ThreadingSupport};
use matrix_sdk_ui::sync_service::{State, SyncService};
use matrix_sdk_ui::timeline::{RoomExt, Timeline};
use tokio::task::JoinHandle;

use crate::patience::{until, within};
use crate::rust_person::sign_up;
use crate::server::Server;

/// How many events are asked for when reading back.
const PAGE_EVENTS: u16 = 20;
/// How long a page of history may take before it is asked for again, which joins what is still on its way.
const PAGE_PATIENCE: Duration = Duration::from_secs(10);

/// Synchronises while the app is open, which it is from the beginning.
pub struct SlidingPerson {
    pub(crate) client: Client,
    pub(crate) sync: Arc<SyncService>,
    keeping_on: JoinHandle<()>,
    folder: Arc<tempfile::TempDir>,
}

impl Drop for SlidingPerson {
    fn drop(&mut self) {
        self.keeping_on.abort();
    }
}

impl SlidingPerson {
    /// Makes an account and signs in.
    pub async fn sign_up(server: &Server, username: &str, password: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let client = client(server, folder.path()).await;
        sign_up(&client, username, password).await;
        client.matrix_auth().login_username(username, password).send().await.expect("signed in");
        Self::start(client, folder).await
    }

    /// Ends the app and starts it again, with what it keeps on disk.
    pub async fn restart(self, server: &Server) -> Self {
        self.sync.stop().await;
        let session = self.client.session().expect("signed in");
        let client = client(server, self.folder.path()).await;
        client.restore_session(session).await.expect("still signed in");
        Self::start(client, self.folder.clone()).await
    }

    async fn start(client: Client, folder: Arc<tempfile::TempDir>) -> Self {
        client.encryption().wait_for_e2ee_initialization_tasks().await;
        let sync = SyncService::builder(client.clone()).build().await.expect("a sync service");
        sync.start().await;
        let sync = Arc::new(sync);
        let keeping_on = tokio::spawn(keep_on(sync.clone()));
        Self { client, sync, keeping_on, folder }
    }

    pub(crate) fn user(&self) -> &UserId {
        self.client.user_id().expect("signed in")
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

    /// Waits until the room is as it should be.
    pub(crate) async fn room(&self, what: &str, id: &OwnedRoomId, fits: impl Fn(&Room) -> bool) -> Room {
        until(what, self.changes(), || async { self.client.get_room(id).filter(|room| fits(room)) }).await
    }

    /// Waits until the person's place in the room is this.
    pub(crate) async fn is(&self, state: RoomState, id: &OwnedRoomId) -> Room {
        self.room(&format!("{state:?} in {id}"), id, |room| room.state() == state).await
    }

    /// Accepts an invite as soon as it can be read whose it is: of the room itself the app hears a moment earlier, and
    /// keys are taken only from whoever invited.
    pub(crate) async fn accept(&self, id: &OwnedRoomId) -> Room {
        let invited = self.is(RoomState::Invited, id).await;
        until("whose invite it is", self.changes(), || async { invited.invite_details().await.ok() }).await;
        invited.join().await.expect("joined");
        self.is(RoomState::Joined, id).await
    }

    /// Opens a room that was one of many in the list until now.
    pub(crate) async fn open(&self, room: &Room) -> Timeline {
        self.sync.room_list_service().subscribe_to_rooms(&[room.room_id()]).await;
        room.timeline().await.expect("a timeline")
    }
}

/// An app that keeps what it knows in a folder; nobody is signed in yet.
async fn client(server: &Server, folder: &Path) -> Client {
    Client::builder()
        .homeserver_url(server.url())
        .sliding_sync_version_builder(VersionBuilder::DiscoverNative)
        .sqlite_store(folder, None)
        .with_threading_support(ThreadingSupport::Enabled { with_subscriptions: true })
        .build()
        .await
        .expect("a server that speaks sliding sync")
}

/// Starts again whenever a connection is over for the server, as apps do: one for encryption, which the fetching of a
/// notification begins anew, ends both.
async fn keep_on(sync: Arc<SyncService>) {
    let mut states = sync.state();
    while let Some(state) = states.next().await {
        if let State::Error(_) = state {
            sync.start().await;
        }
    }
}

/// Reads a timeline back to the beginning of its room or thread.
pub async fn read_back(timeline: &Timeline) {
    within("the beginning", async { while !page_back(timeline).await {} }).await;
}

/// Reads one page back; tells whether it was the first of all.
///
/// matrix-sdk 0.18 ends the task that brings a page when a sync begins the timeline anew. If that task had just been
/// woken, nobody wakes the page again: it stands still with the locks it holds, until it is let go or looked at.
async fn page_back(timeline: &Timeline) -> bool {
    loop {
        let page = timeline.paginate_backwards(PAGE_EVENTS);
        if let Ok(first) = tokio::time::timeout(PAGE_PATIENCE, page).await {
            return first.expect("a page of history");
        }
    }
}

/// The texts that a timeline shows, oldest first.
async fn texts(timeline: &Timeline) -> Vec<String> {
    let items = timeline.items().await;
    let events = items.iter().filter_map(|item| item.as_event());
    events.filter_map(|event| Some(event.content().as_message()?.body().to_owned())).collect()
}

/// Waits until the timeline shows a text.
pub async fn shows(timeline: &Timeline, text: &str) {
    let (_, changes) = timeline.subscribe().await;
    until(text, changes.map(drop), || async {
        texts(timeline).await.iter().any(|shown| shown == text).then_some(())
    })
    .await;
}

/// Reads a timeline back until it shows a text, again whenever it begins anew.
pub async fn finds(timeline: &Timeline, text: &str) {
    let (_, changes) = timeline.subscribe().await;
    until(text, changes.map(drop), || async {
        read_back(timeline).await;
        texts(timeline).await.iter().any(|shown| shown == text).then_some(())
    })
    .await;
}

/// Waits until the timeline shows these texts and no other, each once and in this order.
pub async fn shows_exactly(timeline: &Timeline, expected: &[impl AsRef<str>]) {
    let (_, changes) = timeline.subscribe().await;
    let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
    until(&format!("exactly {expected:?}"), changes.map(drop), || async {
        (texts(timeline).await == expected).then_some(())
    })
    .await;
}
