//! A long encrypted conversation as an app reads it: back to its beginning, across what was missed while the app was
//! closed, from a link into its middle, and by what is pinned.

use matrix_sdk::Room;
use matrix_sdk::room::ListThreadsOptions;
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId};
use matrix_sdk_ui::timeline::{RoomExt, Timeline, TimelineEventFocusThreadMode, TimelineFocus};
use serde_json::json;

use crate::patience::within;
use crate::person::{Entry, Person};
use crate::rust_person::RustPerson;
use crate::server::Server;
use crate::sliding_person::{SlidingPerson, read_back, shows, shows_exactly};

const PASSWORD: &str = "a long enough passphrase";

/// A message: its event and its text.
type Said = (OwnedEventId, String);

/// The scenario.
pub async fn run(server: &Server) {
    let host = RustPerson::enter(Entry::SignUp, server.url(), &server.username("host"), PASSWORD).await;
    let guest = SlidingPerson::sign_up(server, &server.username("guest"), PASSWORD).await;
    let (room, _) = host.create_room(guest.user().as_str()).await;
    let id = OwnedRoomId::try_from(room.as_str()).expect("a room id");
    let joined = guest.accept(&id).await;
    host.wait_for_member(&room, guest.user().as_str()).await;

    let mut said = say(&host, &room, 0..50).await;
    let timeline = guest.open(&joined).await;
    read_back(&timeline).await;
    shows_exactly(&timeline, &texts_of(&said)).await;
    drop((timeline, joined));

    // More was said while the app was closed than comes at once; what lies between is read from the server.
    guest.sync.stop().await;
    said.extend(say(&host, &room, 50..110).await);
    let guest = guest.restart(server).await;
    let joined = guest.room("the room", &id, |_| true).await;
    let timeline = guest.open(&joined).await;
    shows(&timeline, "109").await;
    read_back(&timeline).await;
    shows_exactly(&timeline, &texts_of(&said)).await;

    follow_link(&joined, &said).await;
    pinned(&host, &guest, &joined, &said).await;
    threads(&host, &joined, &said[100].0).await;
    guest.sync.stop().await;
}

/// Says the numbers, each a message; returns what was said.
async fn say(host: &RustPerson, room: &str, numbers: std::ops::Range<u32>) -> Vec<Said> {
    let mut said = Vec::new();
    for text in numbers.map(|number| number.to_string()) {
        let event = host.send_text(room, &text).await;
        said.push((OwnedEventId::try_from(event).expect("an event id"), text));
    }
    said
}

fn texts_of(said: &[Said]) -> Vec<&str> {
    said.iter().map(|(_, text)| text.as_str()).collect()
}

async fn focused(room: &Room, focus: TimelineFocus) -> Timeline {
    within("a timeline", room.timeline_builder().with_focus(focus).build()).await.expect("a timeline")
}

/// A link to a message shows what is around it, and from there everything, both ways.
async fn follow_link(room: &Room, said: &[Said]) {
    let thread_mode = TimelineEventFocusThreadMode::Automatic { hide_threaded_events: false };
    let focus = TimelineFocus::Event { target: said[40].0.clone(), num_context_events: 10, thread_mode };
    let timeline = focused(room, focus).await;
    shows_exactly(&timeline, &texts_of(&said[35..=45])).await;
    within("the end", async {
        while !timeline.paginate_forwards(20).await.expect("a page of what follows") {}
    })
    .await;
    read_back(&timeline).await;
    shows_exactly(&timeline, &texts_of(said)).await;
}

/// What is pinned is shown wherever it lies in the past, and as it reads now.
async fn pinned(host: &RustPerson, guest: &SlidingPerson, room: &Room, said: &[Said]) {
    let id = room.room_id().to_owned();
    let of_host = host.room(room.room_id().as_str());
    let timeline = focused(room, TimelineFocus::PinnedEvents).await;
    for (event, _) in [&said[3], &said[90]] {
        assert!(within("a pin", of_host.pin_event(event)).await.expect("pinned"));
        host.wait_for_pin(&of_host, event).await;
    }
    shows_exactly(&timeline, &["3", "90"]).await;
    host.send_edit(room.room_id().as_str(), said[3].0.as_str(), "three").await;
    shows_exactly(&timeline, &["three", "90"]).await;
    assert!(of_host.unpin_event(&said[90].0).await.expect("no longer pinned"));
    // matrix-sdk 0.18 leaves what is no longer pinned in that timeline, but knows it.
    guest.room("one pin", &id, |room| room.pinned_event_ids() == Some(vec![said[3].0.clone()])).await;
}

/// A room tells of its threads, and one may be subscribed to and left again.
async fn threads(host: &RustPerson, room: &Room, root: &OwnedEventId) {
    let relation = json!({ "rel_type": "m.thread", "event_id": root });
    let content = json!({ "msgtype": "m.text", "body": "An aside", "m.relates_to": relation });
    host.send(room.room_id().as_str(), "m.room.message", content).await;
    let threads = room.list_threads(ListThreadsOptions::default()).await.expect("threads");
    let roots: Vec<_> = threads.chunk.iter().filter_map(|event| event.event_id()).collect();
    assert_eq!(roots, std::slice::from_ref(root));

    room.subscribe_thread(root.clone(), None).await.expect("subscribed");
    let subscription = room.fetch_thread_subscription(root.clone()).await.expect("an answer");
    assert!(!subscription.expect("subscribed").automatic);
    room.unsubscribe_thread(root.clone()).await.expect("no longer subscribed");
    assert!(room.fetch_thread_subscription(root.clone()).await.expect("an answer").is_none());
}
