//! Which uploaded files the messages of a room name.

use std::collections::{BTreeMap, BTreeSet};

use herold_storage::event_files::{self, FileName};
use herold_storage::{StorageError, media_lists, rooms};
use ruma::{OwnedMxcUri, RoomId};

use crate::read::Room;
use crate::{Rooms, RoomsError};

/// Messages of a page.
const PAGE: i64 = 500;

/// Files that some messages of a room name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedFiles {
    /// Their addresses, each once.
    pub uris: BTreeSet<OwnedMxcUri>,
    /// The position of the last of these messages: the next page comes after it.
    pub until: i64,
}

impl Rooms {
    /// The files that the next messages of a room after position `after` name in the open; `None` where no later one
    /// names any. What encrypted messages name is not seen here; pictures of people and rooms are state and not meant.
    pub async fn files(&self, room_id: &RoomId, after: i64) -> Result<Option<NamedFiles>, RoomsError> {
        let ids = [room_id.to_string()];
        let stored = self.storage().read(move |session| rooms::by_id(session, &ids)).await?.pop();
        let number = stored.as_ref().and_then(Room::from_stored).ok_or_else(RoomsError::no_room)?.number;
        let page = self.storage().read(move |session| media_lists::messages(session, number, after, PAGE));
        let messages = page.await?;
        let Some((until, _)) = messages.last() else { return Ok(None) };
        let uris = messages.iter().flat_map(|(_, json)| addresses(json)).collect();
        Ok(Some(NamedFiles { uris, until: *until }))
    }
}

impl Rooms {
    /// Those of `uris` that nothing on this server names in the open but the room of this number: no event of another
    /// room, no profile, no account data.
    ///
    /// Events have an index for this (`event_files`); what people keep is walked through. An index of that would be
    /// written with every piece of account data that anybody's client stores, all day, for a command that is given now
    /// and then, while the walk hinders nobody: it reads, for a hundred people in some ten milliseconds, and once for very
    /// many files.
    pub async fn named_nowhere_else(
        &self,
        room_number: i64,
        mut uris: BTreeSet<OwnedMxcUri>,
    ) -> Result<BTreeSet<OwnedMxcUri>, RoomsError> {
        let mut servers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for uri in &uris {
            let Ok((server, id)) = uri.parts() else { continue };
            servers.entry(server.to_string()).or_default().push(id.to_owned());
        }
        for (server, ids) in servers {
            for some in ids.chunks(PAGE as usize) {
                let (name, some) = (server.clone(), some.to_vec());
                let step = self
                    .storage()
                    .read(move |session| event_files::named_elsewhere(session, &name, some, room_number));
                for id in step.await? {
                    uris.remove(&OwnedMxcUri::from(format!("mxc://{server}/{id}")));
                }
            }
        }
        let mut after = 0;
        // Ends because every step begins behind the one before.
        loop {
            let step = self.storage().read(move |session| -> Result<_, StorageError> {
                let people = media_lists::people(session, after, PAGE)?;
                let kept = media_lists::kept_by(session, &people, room_number)?;
                Ok((people.last().copied(), kept))
            });
            let (Some(last), kept) = step.await? else { return Ok(uris) };
            after = last;
            let elsewhere: BTreeSet<_> = kept.iter().flat_map(|json| addresses(json)).collect();
            uris.retain(|uri| !elsewhere.contains(uri));
        }
    }
}

/// The files that an event, as it is stored, names in the open.
pub(crate) fn files_in(json: &str) -> Vec<FileName> {
    let parts = |uri: OwnedMxcUri| uri.parts().ok().map(|(server, id)| (server.to_string(), id.to_owned()));
    addresses(json).filter_map(parts).collect()
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
