//! How many events per second go through the rooms, durably, and what one costs: 32 senders, 50 rooms of
//! 10 members, SQLite.
//!
//! `cargo run --release -p herold-rooms --example appends [events] [folder]`

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use herold_base::{Clock, Random};
use herold_federation_client::FederationClient;
use herold_rooms::{CreateRoom, Join, Preset, Profile, Rooms, SendMessage, Settings, TransactionId};
use herold_storage::{Database, Storage};
use ruma::signatures::Ed25519KeyPair;
use ruma::{OwnedRoomId, OwnedServerName, OwnedUserId, RoomVersionId, UserId};
use serde_json::json;
use serde_json::value::to_raw_value;

const SENDERS: usize = 32;
const ROOMS: usize = 50;
const MEMBERS: usize = 10;
/// Reading connections to the database, as many as a server has.
const READERS: usize = 4;

fn user(number: usize) -> OwnedUserId {
    UserId::parse(format!("@user{number}:example.org")).expect("a user id")
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let events = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().expect("a folder");
    let folder = arguments.next().map_or(folder.path().to_owned(), PathBuf::from);
    let database = Database::Sqlite { path: folder.join("herold.db") };
    let (storage, _threads) = Storage::open(&database, READERS, 0).expect("a database");
    let key = Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), "1".to_owned()).expect("a key");
    let key = Arc::new(key);
    let server_name: OwnedServerName = "example.org".try_into().expect("a server name");
    let federation = herold_federation_client::Settings {
        server_name: server_name.clone(),
        key: Arc::clone(&key),
        outgoing: herold_outgoing::Settings::default(),
    };
    let federation = FederationClient::new(federation, Clock::System);
    let settings = Settings {
        server_name,
        key,
        default_room_version: RoomVersionId::V12,
        retention: None,
        redacted_kept_ms: None,
        only_admins_publish: false,
        directory_needs_sign_in: false,
    };
    let rooms = Rooms::new(storage, federation, Clock::System, Random::System, settings);
    let mut room_ids = Vec::with_capacity(ROOMS);
    for room in 0..ROOMS {
        room_ids.push(make_room(&rooms, room).await);
    }
    let (cpu_before, begun) = (cpu_ms(), Instant::now());
    let next = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| tokio::spawn(send(rooms.clone(), room_ids.clone(), Arc::clone(&next), sender, events)))
        .collect();
    let mut slowest_us = 0;
    for sender in senders {
        slowest_us = slowest_us.max(sender.await.expect("a sender"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    let cpu_us = (cpu_ms() - cpu_before) * 1_000.0 / events as f64;
    println!("{events} events in {seconds:.2} s: {:.0} per second", events as f64 / seconds);
    println!("{cpu_us:.0} us of CPU per event; the slowest took {:.1} ms", slowest_us as f64 / 1_000.0);
}

async fn make_room(rooms: &Rooms, room: usize) -> OwnedRoomId {
    let create = CreateRoom {
        creator: user(room % SENDERS),
        creator_profile: Profile::default(),
        version: None,
        preset: Preset::PublicChat,
        published: false,
        alias_localpart: None,
        name: None,
        topic: None,
        invite: Vec::new(),
        is_direct: false,
        creation_content: None,
        initial_state: Vec::new(),
        power_levels: None,
    };
    let room_id = rooms.create(create).await.expect("a room");
    for member in 1..MEMBERS {
        let join = Join {
            content: serde_json::Map::new(),
            room_id: room_id.clone(),
            user_id: user((room + member) % SENDERS),
            profile: Profile::default(),
            reason: None,
            guest: false,
            third_party_signed: None,
        };
        rooms.join(join).await.expect("a join");
    }
    room_id
}

/// Sends until `events` were sent by all together; answers the longest that one took, microseconds.
async fn send(
    rooms: Rooms,
    room_ids: Vec<OwnedRoomId>,
    next: Arc<AtomicUsize>,
    sender: usize,
    events: usize,
) -> u128 {
    let mine: Vec<usize> =
        (0..ROOMS).filter(|room| (sender + SENDERS - room % SENDERS) % SENDERS < MEMBERS).collect();
    let content = to_raw_value(&json!({ "msgtype": "m.text", "body": "x".repeat(200) })).expect("JSON");
    let mut slowest_us = 0;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= events {
            return slowest_us;
        }
        let message = SendMessage {
            room_id: room_ids[mine[number % mine.len()]].clone(),
            sender: user(sender),
            kind: "m.room.message".into(),
            content: content.clone(),
            transaction: Some(TransactionId {
                device_number: sender as i64,
                transaction_id: number.to_string(),
            }),
            origin_server_ts: None,
        };
        let begun = Instant::now();
        rooms.send(message).await.expect("an event");
        slowest_us = slowest_us.max(begun.elapsed().as_micros());
    }
}

/// CPU time of this process, milliseconds.
fn cpu_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    // User and system time in ticks of 10 ms.
    (ticks(11) + ticks(12)) * 10.0
}
