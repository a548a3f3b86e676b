//! Sliding sync as Element X uses it: matrix-sdk-ui's SyncService, RoomListService and Timeline, for an invite, an
//! encrypted conversation, coming back after a break, and for what others do to one's place in a room.

use matrix_sdk::ruma::api::client::membership::leave_room::v3::Request as LeaveRequest;
use matrix_sdk::ruma::api::client::room::create_room::v3::{Request as CreateRoomRequest, RoomPreset};
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use matrix_sdk::ruma::{OwnedRoomId, assign};
use matrix_sdk::{Client, RoomState};
use serde_json::Value;

use crate::person::{Entry, Person};
use crate::rust_person::RustPerson;
use crate::server::Server;
use crate::sliding_person::{SlidingPerson, shows};

const PASSWORD: &str = "a long enough passphrase";

/// The scenario.
pub async fn run(server: &Server) {
    let host = RustPerson::enter(Entry::SignUp, server.url(), &server.username("host"), PASSWORD).await;
    let guest = SlidingPerson::sign_up(server, &server.username("guest"), PASSWORD).await;

    let (room, _) = host.create_room(guest.user().as_str()).await;
    let id = OwnedRoomId::try_from(room.as_str()).expect("a room id");
    let joined = guest.accept(&id).await;
    host.wait_for_member(&room, guest.user().as_str()).await;

    // What is said while the room is in the list, and what is said once it is open.
    host.send_text(&room, "from the list").await;
    let timeline = guest.open(&joined).await;
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

    comes_and_goes(server, &host, &guest).await;
    guest.sync.stop().await;
}

/// The list tells of what others, and the guest on another device, do to the guest's place in a room.
async fn comes_and_goes(server: &Server, host: &RustPerson, guest: &SlidingPerson) {
    // In a room of the host's: in the one for two, nobody can put the other out.
    let request = assign!(CreateRoomRequest::new(), {
        preset: Some(RoomPreset::PrivateChat),
        invite: vec![guest.user().to_owned()],
    });
    let room = host.client.create_room(request).await.expect("a room");
    let id = room.room_id().to_owned();
    guest.accept(&id).await;

    room.kick_user(guest.user(), None).await.expect("put out");
    guest.is(RoomState::Left, &id).await;
    room.invite_user_by_id(guest.user()).await.expect("invited again");
    guest.accept(&id).await;

    let other = Client::builder().homeserver_url(server.url()).build().await.expect("a client");
    other.matrix_auth().login_username(guest.user(), PASSWORD).send().await.expect("signed in elsewhere");
    other.send(LeaveRequest::new(id.clone())).await.expect("left elsewhere");
    guest.is(RoomState::Left, &id).await;

    room.ban_user(guest.user(), None).await.expect("banned");
    guest.is(RoomState::Banned, &id).await;
}
