//! Which uploaded files the messages of a room name.

use herold_storage::{media_lists, rooms};
use ruma::{OwnedMxcUri, RoomId};

use crate::read::Room;
use crate::{Rooms, RoomsError};

/// Messages that are read in one step.
const STEP: i64 = 500;
/// Files that are looked for at most.
pub const FILES_MAX: usize = 100_000;

impl Rooms {
    /// The addresses of files that messages of a room name in the open, each once. What encrypted messages name is
    /// not seen here; pictures of people and rooms are state and not meant.
    pub async fn files(&self, room_id: &RoomId) -> Result<Vec<OwnedMxcUri>, RoomsError> {
        let ids = [room_id.to_string()];
        let stored = self.storage().read(move |session| rooms::by_id(session, &ids)).await?.pop();
        let number = stored.as_ref().and_then(Room::from_stored).ok_or_else(RoomsError::no_room)?.number;
        let (mut files, mut after) = (std::collections::BTreeSet::new(), 0);
        // Ends because every step begins behind the one before.
        while files.len() < FILES_MAX {
            let step =
                self.storage().read(move |session| media_lists::messages(session, number, after, STEP));
            let messages = step.await?;
            let Some((last, _)) = messages.last() else { break };
            after = *last;
            files.extend(messages.iter().flat_map(|(_, json)| addresses(json)));
        }
        Ok(files.into_iter().collect())
    }
}

/// The texts in `json` that are addresses of files. Events are stored as canonical JSON, so nothing has to be parsed:
/// an address is written in one way only, and a quotation mark within a text has a backslash before it.
fn addresses(json: &str) -> impl Iterator<Item = OwnedMxcUri> {
    let opened = json.match_indices("\"mxc://").filter(|(at, _)| !json[..*at].ends_with('\\'));
    let texts = opened.filter_map(|(at, _)| json[at + 1..].split('"').next());
    texts.map(OwnedMxcUri::from).filter(|uri| uri.parts().is_ok_and(|(_, media_id)| !media_id.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_wherever_they_stand_and_nothing_else() {
        let json = r#"{"content":{"url":"mxc://a.example/One","body":"see mxc://a.example/no","x":"\"mxc://a.example/no",
            "info":{"thumbnail_url":"mxc://b.example:8448/two_-"},"x":["mxc://","mxc://a.example/","http://c"]}}"#;
        let found: Vec<String> = addresses(json).map(|uri| uri.to_string()).collect();
        assert_eq!(found, ["mxc://a.example/One", "mxc://b.example:8448/two_-"]);
    }
}
