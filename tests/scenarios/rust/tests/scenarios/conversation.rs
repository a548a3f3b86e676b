//! Two people at two different clients talk end-to-end encrypted: cross-signing and key backup on
//! both, text, edits, reactions and files both ways, verification by emoji started by either, and
//! fresh devices that read everything again with nothing but password and recovery key.

use crate::js_person::JsPerson;
use crate::person::{Entry, File, Message, Person};
use crate::rust_person::RustPerson;
use crate::server::Server;

const JS_PASSWORD: &str = "correct horse battery staple";
const RUST_PASSWORD: &str = "Tr0ub4dor and three";
/// Larger than one block of any cipher, and not text.
const FILE_BYTES: usize = 100_000;

/// The scenario.
pub async fn run(server: &Server) {
    let (js_name, rust_name) = (server.username("js"), server.username("rust"));
    let url = server.url();
    let js = JsPerson::enter(Entry::SignUp, url, &js_name, JS_PASSWORD).await;
    let rust = RustPerson::enter(Entry::SignUp, url, &rust_name, RUST_PASSWORD).await;
    let js_recovery_key = js.set_up_recovery().await;
    let rust_recovery_key = rust.set_up_recovery().await;

    let (room, version) = js.create_room(rust.user()).await;
    server.assert_default_room_version(&version);
    rust.join_room(&room).await;
    js.wait_for_member(&room, rust.user()).await;

    let mut sent = exchange(&js, &rust, &room).await;
    sent.extend(exchange(&rust, &js, &room).await);

    verify(&js, &rust, &room).await;
    verify(&rust, &js, &room).await;

    js.wait_until_backed_up().await;
    rust.wait_until_backed_up().await;

    // Each account gets a fresh device with the other client: the recovery key is not the client's.
    let fresh_rust = RustPerson::enter(Entry::SignIn, url, &js_name, JS_PASSWORD).await;
    returns(&fresh_rust, &js_recovery_key, &room, &sent, &rust).await;
    let fresh_js = JsPerson::enter(Entry::SignIn, url, &rust_name, RUST_PASSWORD).await;
    returns(&fresh_js, &rust_recovery_key, &room, &sent, &js).await;

    // And what is said from now on reaches them as it is said.
    let event = js.send_text(&room, "Are you both there?").await;
    for_all_three(&room, &event, &rust, &fresh_js, &fresh_rust).await;
}

/// One sends text, an edit and a file, the other sees each and reacts. Returns what was sent.
async fn exchange(from: &impl Person, to: &impl Person, room: &str) -> Vec<(String, String)> {
    let text = from.send_text(room, "The drawbridge is down").await;
    assert_received(&to.wait_for_text(room, &text, "The drawbridge is down").await, &text, from);

    to.send_reaction(room, &text, "🏰").await;
    from.wait_for_reaction(room, &text, "🏰", to.user()).await;

    let edit = from.send_edit(room, &text, "The drawbridge is up").await;
    to.wait_for_text(room, &text, "The drawbridge is up").await;
    from.wait_for_text(room, &text, "The drawbridge is up").await;

    let file = File {
        name: "map of the castle.bin".to_owned(),
        bytes: (0..FILE_BYTES).map(|index| (index % 251) as u8).collect(),
    };
    let file_event = from.send_file(room, &file).await;
    let (message, received) = to.wait_for_file(room, &file_event).await;
    assert_received(&message, &file_event, from);
    assert!(received == file, "the file arrived changed");

    vec![
        (text, "The drawbridge is down".to_owned()),
        (edit, "* The drawbridge is up".to_owned()),
        (file_event, file.name),
    ]
}

fn assert_received(message: &Message, event: &str, from: &impl Person) {
    assert_eq!((message.event.as_str(), message.sender.as_str()), (event, from.user()));
    assert!(message.encrypted, "{event} was not encrypted");
}

/// `first` asks `second`; both compare emoji and then hold each other for verified.
async fn verify(first: &impl Person, second: &impl Person, room: &str) {
    first.request_verification(room, second.user()).await;
    second.accept_verification(first.user()).await;
    first.start_emoji(second.user()).await;
    let (seen_by_first, seen_by_second) =
        tokio::join!(first.wait_for_emoji(second.user()), second.wait_for_emoji(first.user()));
    assert_eq!(seen_by_first.len(), 7);
    assert_eq!(seen_by_first, seen_by_second);
    tokio::join!(first.confirm_emoji(second.user()), second.confirm_emoji(first.user()));
    first.wait_until_user_verified(second.user()).await;
    second.wait_until_user_verified(first.user()).await;
}

/// A fresh device restores the history and reads all that was `sent`; `other` then trusts it.
async fn returns(
    fresh: &impl Person,
    recovery_key: &str,
    room: &str,
    sent: &[(String, String)],
    other: &impl Person,
) {
    fresh.restore(recovery_key).await;
    let history = fresh.read_history(room).await;
    let lost: Vec<_> = history.iter().filter(|message| message.undecryptable).collect();
    assert!(lost.is_empty(), "cannot be decrypted: {lost:?}");
    let read: Vec<_> = history
        .iter()
        .filter(|message| message.encrypted)
        .map(|message| (message.event.clone(), message.body.clone().unwrap_or_default()))
        .filter(|message| sent.contains(message))
        .collect();
    assert_eq!(read, sent, "the history that was read");
    other.wait_until_device_verified(fresh.user(), fresh.device()).await;
    fresh.wait_until_user_verified(other.user()).await;
}

async fn for_all_three(
    room: &str,
    event: &str,
    first: &impl Person,
    second: &impl Person,
    third: &impl Person,
) {
    let body = "Are you both there?";
    tokio::join!(
        first.wait_for_text(room, event, body),
        second.wait_for_text(room, event, body),
        third.wait_for_text(room, event, body),
    );
}
