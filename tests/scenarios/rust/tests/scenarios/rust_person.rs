//! A person at matrix-sdk, in this process, with its SQLite stores in a temporary folder.

use std::sync::{Arc, Mutex};

use futures::{Stream, stream};
use matrix_sdk::attachment::AttachmentConfig;
use matrix_sdk::config::SyncSettings;
use matrix_sdk::deserialized_responses::{EncryptionInfo, TimelineEvent};
use matrix_sdk::encryption::{BackupDownloadStrategy, EncryptionSettings};
use matrix_sdk::room::MessagesOptions;
use matrix_sdk::ruma::api::client::account::register::v3::Request as RegisterRequest;
use matrix_sdk::ruma::api::client::room::create_room::v3::{Request as CreateRoomRequest, RoomPreset};
use matrix_sdk::ruma::api::client::uiaa::{AuthData, Dummy, MatrixUserIdentifier, Password, UserIdentifier};
use matrix_sdk::ruma::events::room::encryption::RoomEncryptionEventContent;
use matrix_sdk::ruma::events::room::message::FileMessageEventContent;
use matrix_sdk::ruma::events::{AnySyncTimelineEvent, InitialStateEvent};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{EventId, OwnedDeviceId, OwnedRoomId, OwnedUserId};
use matrix_sdk::{Client, LoopCtrl, Room};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::patience::{until, within};
use crate::person::{Entry, File, Message, Person};
use crate::rust_verification::Verifications;

/// Pages of history that are read back at most.
const HISTORY_PAGES_MAX: usize = 20;

/// What has been received so far: decrypted events in the order in which they came.
#[derive(Default)]
struct Received {
    events: Mutex<Vec<(Value, bool)>>,
}

/// Synchronises in the background for as long as it lives.
pub struct RustPerson {
    pub(crate) client: Client,
    pub(crate) verifications: Verifications,
    user: OwnedUserId,
    device: OwnedDeviceId,
    password: String,
    received: Arc<Received>,
    /// Counts the answers of /sync that have been worked in.
    synced: watch::Receiver<u64>,
    syncing: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for RustPerson {
    fn drop(&mut self) {
        self.syncing.abort();
    }
}

impl RustPerson {
    /// Lets the person in on a new device.
    pub async fn enter(entry: Entry, server: &str, username: &str, password: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let client = Client::builder()
            .homeserver_url(server)
            .sqlite_store(folder.path(), None)
            .with_encryption_settings(EncryptionSettings {
                backup_download_strategy: BackupDownloadStrategy::Manual,
                ..Default::default()
            })
            .build()
            .await
            .expect("a client");
        if let Entry::SignUp = entry {
            sign_up(&client, username, password).await;
        }
        let login = client.matrix_auth().login_username(username, password);
        let session = login.initial_device_display_name("matrix-sdk").send().await.expect("signed in");
        client.encryption().wait_for_e2ee_initialization_tasks().await;

        let received = Arc::new(Received::default());
        remember(&client, received.clone());
        client.sync_once(SyncSettings::default()).await.expect("the first synchronisation");
        let (counter, synced) = watch::channel(0);
        let syncing = tokio::spawn(synchronise(client.clone(), counter));
        Self {
            client,
            verifications: Verifications::default(),
            user: session.user_id,
            device: session.device_id,
            password: password.to_owned(),
            received,
            synced,
            syncing,
            _folder: folder,
        }
    }

    /// An item for each answer of /sync that has been worked in.
    pub(crate) fn syncs(&self) -> impl Stream<Item = ()> + use<> {
        stream::unfold(self.synced.clone(), |mut synced| async {
            synced.changed().await.ok()?;
            Some(((), synced))
        })
    }

    pub(crate) fn room(&self, room: &str) -> Room {
        let id = OwnedRoomId::try_from(room).expect("a room id");
        self.client.get_room(&id).unwrap_or_else(|| panic!("{room} is unknown"))
    }

    /// Waits for the first received event that fits; it comes with whether it was encrypted.
    pub(crate) async fn wait_for_event<T>(&self, what: &str, check: impl Fn(&Value, bool) -> Option<T>) -> T {
        until(what, self.syncs(), || async {
            let events = self.received.events.lock().unwrap();
            events.iter().find_map(|(event, encrypted)| check(event, *encrypted))
        })
        .await
    }

    /// Waits until the device knows that an event is pinned.
    pub(crate) async fn wait_for_pin(&self, room: &Room, event: &EventId) {
        until(&format!("{event} to be pinned"), self.syncs(), || async {
            room.pinned_event_ids()?.iter().any(|pinned| pinned == event).then_some(())
        })
        .await;
    }

    pub(crate) async fn send(&self, room: &str, event_type: &str, content: Value) -> String {
        let sent = self.room(room).send_raw(event_type, content).await.expect("sent");
        sent.response.event_id.to_string()
    }
}

pub(crate) async fn sign_up(client: &Client, username: &str, password: &str) {
    let mut request = RegisterRequest::new();
    request.username = Some(username.to_owned());
    request.password = Some(password.to_owned());
    request.auth = Some(AuthData::Dummy(Dummy::new()));
    request.inhibit_login = true;
    client.matrix_auth().register(request).await.expect("registered");
}

/// Publishes the account's cross-signing keys, the device's signed with them.
pub(crate) async fn bootstrap_cross_signing(client: &Client, password: &str) {
    let encryption = client.encryption();
    if let Err(error) = encryption.bootstrap_cross_signing(None).await {
        // The server wants to know who we are.
        let session = error.as_uiaa_response().expect("a demand to authenticate").session.clone();
        let user = client.user_id().expect("signed in").to_string();
        let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(user));
        let mut password = Password::new(user, password.to_owned());
        password.session = session;
        let proof = Some(AuthData::Password(password));
        encryption.bootstrap_cross_signing(proof).await.expect("cross-signing");
    }
}

fn remember(client: &Client, received: Arc<Received>) {
    client.add_event_handler(move |event: Raw<AnySyncTimelineEvent>, info: Option<EncryptionInfo>| {
        let received = received.clone();
        async move {
            let event = event.deserialize_as_unchecked().expect("an event is JSON");
            received.events.lock().unwrap().push((event, info.is_some()));
        }
    });
}

async fn synchronise(client: Client, counter: watch::Sender<u64>) {
    let ended = client
        .sync_with_callback(SyncSettings::default(), |_| async {
            counter.send_modify(|count| *count += 1);
            LoopCtrl::Continue
        })
        .await;
    // Whoever waits for a synchronisation learns of the end because the counter is gone.
    if let Err(error) = ended {
        eprintln!("matrix-sdk stopped synchronising: {error}");
    }
}

/// The message in a decrypted event of the timeline.
fn message(event: &Value, encrypted: bool) -> Message {
    Message {
        event: event["event_id"].as_str().unwrap_or_default().to_owned(),
        sender: event["sender"].as_str().unwrap_or_default().to_owned(),
        body: event["content"]["body"].as_str().map(str::to_owned),
        encrypted,
        undecryptable: false,
    }
}

/// What the event says now if it is `id` or an edit of it.
fn text_of<'a>(event: &'a Value, id: &str) -> Option<&'a str> {
    let content = &event["content"];
    let relation = &content["m.relates_to"];
    if event["event_id"] == id {
        content["body"].as_str()
    } else if relation["rel_type"] == "m.replace" && relation["event_id"] == id {
        content["m.new_content"]["body"].as_str()
    } else {
        None
    }
}

fn history_message(event: &TimelineEvent) -> Option<Message> {
    let undecryptable = event.kind.is_utd();
    let encrypted = undecryptable || event.encryption_info().is_some();
    let event: Value = event.raw().deserialize_as_unchecked().ok()?;
    let is_message = undecryptable || event["type"] == "m.room.message";
    is_message.then(|| Message { undecryptable, ..message(&event, encrypted) })
}

impl Person for RustPerson {
    fn user(&self) -> &str {
        self.user.as_str()
    }

    fn device(&self) -> &str {
        self.device.as_str()
    }

    async fn set_up_recovery(&self) -> String {
        bootstrap_cross_signing(&self.client, &self.password).await;
        let encryption = self.client.encryption();
        let recovery = encryption.recovery();
        within("recovery", recovery.enable().wait_for_backups_to_upload().into_future())
            .await
            .expect("recovery is set up")
    }

    async fn restore(&self, recovery_key: &str) {
        let recovery = self.client.encryption().recovery();
        within("recovery", recovery.recover(recovery_key)).await.expect("recovered");
        let backups = self.client.encryption().backups();
        for room in self.client.joined_rooms() {
            backups.download_room_keys_for_room(room.room_id()).await.expect("keys of a room");
        }
    }

    async fn wait_until_backed_up(&self) {
        let backups = self.client.encryption().backups();
        within("the backup", backups.wait_for_steady_state().into_future()).await.expect("backed up");
    }

    async fn wait_until_user_verified(&self, user: &str) {
        let user = OwnedUserId::try_from(user).expect("a user id");
        let encryption = self.client.encryption();
        let changes = encryption.user_identities_stream().await.expect("a stream");
        until(&format!("{user} to be verified"), changes, || async {
            let identity = encryption.get_user_identity(&user).await.expect("a store");
            identity.filter(|identity| identity.is_verified()).map(drop)
        })
        .await;
    }

    async fn wait_until_device_verified(&self, user: &str, device: &str) {
        let user = OwnedUserId::try_from(user).expect("a user id");
        let device = OwnedDeviceId::from(device);
        let encryption = self.client.encryption();
        let changes = encryption.devices_stream().await.expect("a stream");
        until(&format!("{device} of {user} to be verified"), changes, || async {
            let device = encryption.get_device(&user, &device).await.expect("a store");
            device.filter(|device| device.is_verified_with_cross_signing()).map(drop)
        })
        .await;
    }

    async fn create_room(&self, invite: &str) -> (String, String) {
        let mut request = CreateRoomRequest::new();
        request.preset = Some(RoomPreset::TrustedPrivateChat);
        request.is_direct = true;
        request.invite = vec![OwnedUserId::try_from(invite).expect("a user id")];
        let encryption = RoomEncryptionEventContent::with_recommended_defaults();
        request.initial_state = vec![InitialStateEvent::with_empty_state_key(encryption).to_raw_any()];
        let room = self.client.create_room(request).await.expect("a room");
        let version = until("the room's version", self.syncs(), || async { room.version() }).await;
        (room.room_id().to_string(), version.to_string())
    }

    async fn join_room(&self, room: &str) {
        let id = OwnedRoomId::try_from(room).expect("a room id");
        let invited = until(&format!("an invitation to {room}"), self.syncs(), || async {
            let room = self.client.get_room(&id)?;
            room.invite_details().await.ok().map(|_| room)
        })
        .await;
        invited.join().await.expect("joined");
        self.wait_for_member(room, self.user.as_str()).await;
    }

    async fn wait_for_member(&self, room: &str, user: &str) {
        let room = self.room(room);
        let id = OwnedUserId::try_from(user).expect("a user id");
        until(&format!("{user} to be joined"), self.syncs(), || async {
            let member = room.get_member_no_sync(&id).await.expect("a store")?;
            (*member.membership() == matrix_sdk::ruma::events::room::member::MembershipState::Join)
                .then_some(())
        })
        .await;
    }

    async fn send_text(&self, room: &str, body: &str) -> String {
        self.send(room, "m.room.message", json!({ "msgtype": "m.text", "body": body })).await
    }

    async fn send_edit(&self, room: &str, event: &str, body: &str) -> String {
        let content = json!({
            "msgtype": "m.text",
            "body": format!("* {body}"),
            "m.new_content": { "msgtype": "m.text", "body": body },
            "m.relates_to": { "rel_type": "m.replace", "event_id": event },
        });
        self.send(room, "m.room.message", content).await
    }

    async fn send_reaction(&self, room: &str, event: &str, key: &str) -> String {
        let relation = json!({ "rel_type": "m.annotation", "event_id": event, "key": key });
        self.send(room, "m.reaction", json!({ "m.relates_to": relation })).await
    }

    async fn send_file(&self, room: &str, file: &File) -> String {
        let mime = "application/octet-stream".parse().expect("a media type");
        let config = AttachmentConfig::new();
        let sent = self.room(room).send_attachment(&file.name, &mime, file.bytes.clone(), config).await;
        sent.expect("sent").event_id.to_string()
    }

    async fn wait_for_text(&self, room: &str, event: &str, body: &str) -> Message {
        self.wait_for_event(&format!("{event} in {room} to read {body:?}"), |received, encrypted| {
            let found = text_of(received, event)? == body;
            found.then(|| Message { event: event.to_owned(), ..message(received, encrypted) })
        })
        .await
    }

    async fn wait_for_reaction(&self, room: &str, event: &str, key: &str, sender: &str) {
        let relation = json!({ "rel_type": "m.annotation", "event_id": event, "key": key });
        self.wait_for_event(&format!("{sender}'s reaction in {room}"), |received, _| {
            let is_reaction = received["type"] == "m.reaction" && received["sender"] == sender;
            (is_reaction && received["content"]["m.relates_to"] == relation).then_some(())
        })
        .await;
    }

    async fn wait_for_file(&self, room: &str, event: &str) -> (Message, File) {
        let (message, content) = self
            .wait_for_event(&format!("the file {event} in {room}"), |received, encrypted| {
                let is_it = received["event_id"] == event;
                is_it.then(|| (message(received, encrypted), received["content"].clone()))
            })
            .await;
        let content: FileMessageEventContent = serde_json::from_value(content).expect("a file");
        let media = self.client.media();
        let bytes = within("a download", media.get_file(&content, false)).await;
        let bytes = bytes.expect("downloaded").expect("a source");
        (message, File { name: content.body, bytes })
    }

    async fn read_history(&self, room: &str) -> Vec<Message> {
        let room = self.room(room);
        let mut messages = Vec::new();
        let mut from = None;
        for _ in 0..HISTORY_PAGES_MAX {
            let options = MessagesOptions::backward().from(from.as_deref());
            let page = within("a page of history", room.messages(options)).await.expect("history");
            messages.extend(page.chunk.iter().filter_map(history_message));
            from = page.end;
            if from.is_none() {
                messages.reverse();
                return messages;
            }
        }
        panic!("more than {HISTORY_PAGES_MAX} pages of history");
    }

    async fn request_verification(&self, room: &str, user: &str) {
        self.ask_for_verification(room, user).await;
    }

    async fn accept_verification(&self, user: &str) {
        self.accept_request(user).await;
    }

    async fn start_emoji(&self, user: &str) {
        self.choose_emoji(user).await;
    }

    async fn wait_for_emoji(&self, user: &str) -> Vec<String> {
        self.shown_emoji(user).await
    }

    async fn confirm_emoji(&self, user: &str) {
        self.emoji_match(user).await;
    }
}
