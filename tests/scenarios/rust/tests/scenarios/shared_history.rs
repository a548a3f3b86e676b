//! Somebody who is invited to an encrypted conversation reads what was said before: whoever invites shares the keys,
//! as an encrypted file that a message to the device names, before the invite comes. One guest hears of both in one
//! answer of /sync; the other's app has a connection for each, so that either may come first.

use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId};

use crate::person::{Entry, Person};
use crate::rust_person::{RustPerson, bootstrap_cross_signing};
use crate::server::Server;
use crate::sliding_person::{SlidingPerson, read_back, shows_exactly};

const PASSWORD: &str = "a long enough passphrase";

/// The scenario.
pub async fn run(server: &Server) {
    let enter = async |name: &str| {
        RustPerson::enter(Entry::SignUp, server.url(), &server.username(name), PASSWORD).await
    };
    let (anna, carla, ben) = tokio::join!(enter("anna"), enter("carla"), enter("ben"));
    let dora = SlidingPerson::sign_up(server, &server.username("dora"), PASSWORD).await;
    // matrix-sdk shares history only from and with devices that their owners signed.
    for client in [&anna.client, &ben.client, &dora.client] {
        bootstrap_cross_signing(client, PASSWORD).await;
    }

    let (room, _) = anna.create_room(carla.user()).await;
    carla.join_room(&room).await;
    anna.wait_for_member(&room, carla.user()).await;
    let of_anna = anna.send_text(&room, "The bridge is down").await;
    carla.wait_for_text(&room, &of_anna, "The bridge is down").await;
    let of_carla = carla.send_text(&room, "Then we swim").await;
    anna.wait_for_text(&room, &of_carla, "Then we swim").await;

    ben_reads(&anna, &ben, &room, [(&of_anna, "The bridge is down"), (&of_carla, "Then we swim")]).await;
    dora_reads(&anna, &dora, &room).await;
}

async fn ben_reads(anna: &RustPerson, ben: &RustPerson, room: &str, said: [(&String, &str); 2]) {
    let user = OwnedUserId::try_from(ben.user()).expect("a user id");
    anna.room(room).invite_user_by_id(&user).await.expect("invited");
    ben.join_room(room).await;
    let history = ben.read_history(room).await;
    let read: Vec<_> =
        history.iter().map(|message| (&message.event, message.body.as_deref().unwrap_or_default())).collect();
    assert_eq!(read, said);
    assert!(history.iter().all(|message| message.encrypted && !message.undecryptable), "{history:?}");

    // What is said from now on he reads like everybody.
    anna.wait_for_member(room, ben.user()).await;
    let later = anna.send_text(room, "Welcome").await;
    ben.wait_for_text(room, &later, "Welcome").await;
}

async fn dora_reads(anna: &RustPerson, dora: &SlidingPerson, room: &str) {
    let id = OwnedRoomId::try_from(room).expect("a room id");
    anna.room(room).invite_user_by_id(dora.user()).await.expect("invited");
    let timeline = dora.open(&dora.accept(&id).await).await;
    read_back(&timeline).await;
    shows_exactly(&timeline, &["The bridge is down", "Then we swim", "Welcome"]).await;
    dora.sync.stop().await;
}
