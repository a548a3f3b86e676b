//! The app is closed and a push names an event: matrix-sdk-ui's NotificationClient fetches what there is to show over
//! short connections of its own, one for the rooms and one for the keys.

use matrix_sdk::notification_settings::RoomNotificationMode;
use matrix_sdk::ruma::api::client::receipt::create_receipt::v3::ReceiptType;
use matrix_sdk::ruma::api::client::room::create_room::v3::Request as CreateRoomRequest;
use matrix_sdk::ruma::events::receipt::ReceiptThread;
use matrix_sdk::ruma::events::{AnySyncMessageLikeEvent, AnySyncTimelineEvent};
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, assign};
use matrix_sdk_ui::notification_client::{
    NotificationClient, NotificationEvent, NotificationItem, NotificationProcessSetup, NotificationStatus,
};

use crate::person::{Entry, Person};
use crate::rust_person::RustPerson;
use crate::server::Server;
use crate::sliding_person::{SlidingPerson, finds};

const PASSWORD: &str = "a long enough passphrase";
/// More than the notification's connection asks for of a room.
const LATER_MESSAGES: usize = 20;

/// The scenario.
pub async fn run(server: &Server) {
    let host = RustPerson::enter(Entry::SignUp, server.url(), &server.username("host"), PASSWORD).await;
    host.client.account().set_display_name(Some("Hedwig")).await.expect("a name");
    let guest = SlidingPerson::sign_up(server, &server.username("guest"), PASSWORD).await;
    let (room, _) = host.create_room(guest.user().as_str()).await;
    let id = OwnedRoomId::try_from(room.as_str()).expect("a room id");
    let joined = guest.accept(&id).await;
    host.wait_for_member(&room, guest.user().as_str()).await;
    guest.room("both in it", &id, |room| room.joined_members_count() == 2).await;
    guest.sync.stop().await;
    let setup = NotificationProcessSetup::SingleProcess { sync_service: guest.sync.clone() };
    let client = NotificationClient::new(guest.client.clone(), setup).await.expect("a client");

    // The key comes only with the message.
    let event = OwnedEventId::try_from(host.send_text(&room, "Come quickly").await).expect("an event id");
    assert_message(&shown(&client, &id, &event).await);
    // So it is shown when the push was late, and much was said meanwhile.
    let mut last = String::new();
    for number in 0..LATER_MESSAGES {
        last = host.send_text(&room, &format!("later {number}")).await;
    }
    let last = OwnedEventId::try_from(last).expect("an event id");
    assert_message(&shown(&client, &id, &event).await);
    invite_is_shown(&host, &guest, &client).await;

    host.room(&room).redact(&event, None, None).await.expect("taken back");
    let status = client.get_notification(&id, &event).await.expect("an answer");
    assert!(matches!(status, NotificationStatus::EventRedacted), "{status:?}");

    // The app is opened: it shows what is new, and reading it is known to the server.
    guest.sync.start().await;
    let timeline = guest.open(&joined).await;
    finds(&timeline, "later 19").await;
    let unread = |room: &matrix_sdk::Room| room.unread_notification_counts().notification_count;
    guest.room("unread messages", &id, |room| unread(room) > 0).await;
    let thread = ReceiptThread::Unthreaded;
    joined.send_single_receipt(ReceiptType::Read, thread, last).await.expect("read");
    guest.room("nothing unread", &id, |room| unread(room) == 0).await;

    // Whoever wants to hear nothing of the room hears nothing of it.
    let settings = guest.client.notification_settings().await;
    settings.set_room_notification_mode(&id, RoomNotificationMode::Mute).await.expect("muted");
    guest.sync.stop().await;
    let event = OwnedEventId::try_from(host.send_text(&room, "Never mind").await).expect("an event id");
    let status = client.get_notification(&id, &event).await.expect("an answer");
    assert!(matches!(status, NotificationStatus::EventFilteredOut), "{status:?}");
}

async fn shown(client: &NotificationClient, room: &RoomId, event: &EventId) -> NotificationItem {
    match client.get_notification(room, event).await.expect("an answer") {
        NotificationStatus::Event(item) => *item,
        other => panic!("{event} is not shown: {other:?}"),
    }
}

fn assert_message(item: &NotificationItem) {
    let NotificationEvent::Timeline(event) = &item.event else { panic!("{item:?}") };
    let AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::RoomMessage(message)) = &**event else {
        panic!("{item:?}");
    };
    assert_eq!(message.as_original().expect("not redacted").content.body(), "Come quickly");
    assert_eq!(item.sender_display_name.as_deref(), Some("Hedwig"));
    assert_eq!(item.room_computed_display_name, "Hedwig");
    assert_eq!(item.is_room_encrypted, Some(true));
    assert_eq!(item.joined_members_count, 2);
    // As messages between two are, by the default rules.
    assert_eq!(item.is_noisy, Some(true));
}

async fn invite_is_shown(host: &RustPerson, guest: &SlidingPerson, client: &NotificationClient) {
    let request = assign!(CreateRoomRequest::new(), {
        name: Some("Council".to_owned()),
        invite: vec![guest.user().to_owned()],
    });
    let room = host.client.create_room(request).await.expect("a room");
    let member = room.get_member(guest.user()).await.expect("members").expect("invited");
    let event = member.event().event_id().expect("a whole event");
    let item = shown(client, room.room_id(), event).await;
    assert!(matches!(item.event, NotificationEvent::Invite(_)), "{item:?}");
    assert_eq!(item.room_computed_display_name, "Council");
    assert_eq!(item.sender_display_name.as_deref(), Some("Hedwig"));
    assert_eq!(item.is_noisy, Some(true));
}
