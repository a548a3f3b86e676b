//! Quarantine: chosen by address, hash, person or room; what people see then; and the way back.

use herold_admin_api::{Answer, Command, MediaChoice, MediaFile, ask};
use herold_endpoint_tests::{Client, DOWNLOAD, THUMBNAIL, TestServer, on_both_engines};
use serde_json::json;

async fn command(server: &TestServer, command: Command) -> Result<Answer, String> {
    ask(&server.data().join("herold.sock"), &command).await.map_err(|error| error.to_string())
}

/// Puts files into quarantine, or takes them out; how many.
async fn quarantine(server: &TestServer, which: MediaChoice, quarantined: bool) -> Result<u64, String> {
    match command(server, Command::QuarantineMedia { which, quarantined }).await? {
        Answer::Quarantined { files } => Ok(files),
        other => panic!("{other:?}"),
    }
}

async fn list(server: &TestServer, which: MediaChoice) -> Vec<MediaFile> {
    match command(server, Command::ListMedia { which, after: 0 }).await.unwrap() {
        Answer::Media { files } => files,
        other => panic!("{other:?}"),
    }
}

async fn status(client: &Client, path: &str) -> u16 {
    client.download(&format!("{DOWNLOAD}{path}")).await.status().as_u16()
}

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(400, 300, |x, y| image::Rgb([x as u8, y as u8, 0]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn nobody_sees_the_bytes_under_any_address(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (first, other) =
        (alice.upload("image/png", picture()).await, alice.upload("text/plain", "fine").await);
    let second = bob.upload("image/png", picture()).await;
    let thumbnail = format!("{THUMBNAIL}{first}?width=100&height=100&method=scale");
    assert_eq!(alice.download(&thumbnail).await.status(), 200);
    let uri = MediaChoice::Uris(vec![format!("mxc:/{first}")]);
    assert_eq!(quarantine(&server, uri.clone(), true).await, Ok(1));
    assert_eq!(quarantine(&server, uri.clone(), true).await, Ok(0), "it was in it already");
    alice.get(&format!("{DOWNLOAD}{first}")).await.error(404, "M_NOT_FOUND");
    bob.get(&format!("{DOWNLOAD}{second}")).await.error(404, "M_NOT_FOUND");
    alice.get(&thumbnail).await.error(404, "M_NOT_FOUND");
    let third = bob.upload("image/png", picture()).await;
    bob.get(&format!("{DOWNLOAD}{third}")).await.error(404, "M_NOT_FOUND");
    assert_eq!(status(&alice, &other).await, 200);
    let listed = list(&server, MediaChoice::Quarantined).await;
    let who: Vec<_> = listed.iter().map(|file| file.user_id.as_deref().unwrap()).collect();
    assert_eq!(who, ["@alice:localhost", "@bob:localhost", "@bob:localhost"]);
    assert!(listed.iter().all(|file| file.quarantined_at.is_some() && file.sha256 == listed[0].sha256));

    assert_eq!(quarantine(&server, MediaChoice::Hash(listed[0].sha256.clone()), false).await, Ok(1));
    for path in [&first, &second, &third] {
        assert_eq!(status(&alice, path).await, 200);
    }
    assert_eq!(alice.download(&thumbnail).await.status(), 200);
    server
}

async fn files_are_chosen_by_person_and_by_room(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (shown, private) = (alice.upload("text/plain", "a").await, alice.upload("text/plain", "b").await);
    let (picture, theirs) = (alice.upload("text/plain", "me").await, bob.upload("text/plain", "c").await);
    let room = alice.post("/_matrix/client/v3/createRoom", json!({})).await.ok()["room_id"].clone();
    let room = room.as_str().unwrap().to_owned();
    let content = json!({ "msgtype": "m.file", "body": "a", "url": format!("mxc:/{shown}") });
    let send = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/1");
    alice.put(&send, content).await.ok();
    let avatar = format!("/_matrix/client/v3/profile/{}/avatar_url", alice.user_id);
    alice.put(&avatar, json!({ "avatar_url": format!("mxc:/{picture}") })).await.ok();
    let uris = |files: &[MediaFile]| files.iter().map(|file| file.uri.clone()).collect::<Vec<_>>();
    let of_room = list(&server, MediaChoice::Room(room.clone())).await;
    assert_eq!(uris(&of_room), [format!("mxc:/{shown}")], "pictures of people are not meant");
    assert_eq!(quarantine(&server, MediaChoice::Room(room.clone()), true).await, Ok(1));
    assert_eq!((status(&bob, &shown).await, status(&bob, &private).await), (404, 200));
    assert_eq!(quarantine(&server, MediaChoice::User("alice".to_owned()), true).await, Ok(2));
    assert_eq!((status(&bob, &private).await, status(&bob, &theirs).await), (404, 200));
    assert_eq!(list(&server, MediaChoice::User("alice".to_owned())).await.len(), 3);
    assert_eq!(list(&server, MediaChoice::All).await.len(), 4);
    assert_eq!(quarantine(&server, MediaChoice::User("alice".to_owned()), false).await, Ok(3));
    assert_eq!((status(&bob, &shown).await, status(&bob, &private).await), (200, 200));
    server
}

async fn a_room_of_many_files_goes_through_in_parts(server: TestServer) -> TestServer {
    // More messages than are read at once, and the files that exist stand in the first and in the last of them.
    const MESSAGES: usize = 1_001;
    let alice = server.register("alice").await;
    let (first, last) = (alice.upload("text/plain", "a").await, alice.upload("text/plain", "b").await);
    let room = alice.post("/_matrix/client/v3/createRoom", json!({})).await.ok()["room_id"].clone();
    let room = room.as_str().unwrap().to_owned();
    for number in 0..MESSAGES {
        let named = match number {
            0 => format!("mxc:/{first}"),
            number if number == MESSAGES - 1 => format!("mxc:/{last}"),
            number => format!("mxc://localhost/unknown{number}"),
        };
        let send = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{number}");
        alice.put(&send, json!({ "msgtype": "m.file", "body": "a", "url": named })).await.ok();
    }
    let of_room = MediaChoice::Room(room);
    assert_eq!(list(&server, of_room.clone()).await.len(), 2);
    assert_eq!(quarantine(&server, of_room.clone(), true).await, Ok(2));
    assert_eq!((status(&alice, &first).await, status(&alice, &last).await), (404, 404));
    assert_eq!(quarantine(&server, of_room, false).await, Ok(2));
    assert_eq!((status(&alice, &first).await, status(&alice, &last).await), (200, 200));
    server
}

async fn what_names_nothing_is_said(server: TestServer) -> TestServer {
    let wrong = [
        (MediaChoice::Uris(vec!["https://example.org/a".to_owned()]), "an address is written"),
        (MediaChoice::Hash("abc".to_owned()), "64 hexadecimal digits"),
        (MediaChoice::User("nobody".to_owned()), ""),
        (MediaChoice::Room("!nowhere:localhost".to_owned()), ""),
    ];
    for (which, said) in wrong {
        let refused = quarantine(&server, which.clone(), true).await.unwrap_err();
        assert!(refused.contains(said), "{which:?}: {refused}");
    }
    let unknown = MediaChoice::Uris(vec!["mxc://localhost/unknown".to_owned()]);
    assert_eq!(quarantine(&server, unknown, true).await, Ok(0));
    server
}

on_both_engines!(
    nobody_sees_the_bytes_under_any_address,
    files_are_chosen_by_person_and_by_room,
    a_room_of_many_files_goes_through_in_parts,
    what_names_nothing_is_said,
);
