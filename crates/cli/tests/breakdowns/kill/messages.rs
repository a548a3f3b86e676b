//! Messages in rooms.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::json;
use tokio::task::JoinHandle;

use super::Acknowledged;
use crate::person::{Person, message, messages_in};

/// Who writes at the same time.
const WRITERS: usize = 8;
/// Rooms they write to.
const ROOMS: usize = 4;
/// Messages of one writer in one round at most.
const MESSAGES_MAX: usize = 10_000;

/// What one writer knows: what was acknowledged, and the one message whose answer it never got.
#[derive(Default)]
struct Written {
    acknowledged: HashMap<String, String>,
    unanswered: Option<(String, String)>,
}

/// Everything written and everything that syncs told.
pub(super) struct Messages {
    rooms: Vec<String>,
    writers: Vec<JoinHandle<Written>>,
    /// Texts and event ids.
    expected: HashMap<String, String>,
    since: Option<String>,
    told: Vec<String>,
}

impl Messages {
    pub(super) async fn new(writer: &Person) -> Self {
        let mut rooms = Vec::new();
        for _ in 0..ROOMS {
            rooms.push(writer.create_room().await);
        }
        Self { rooms, writers: Vec::new(), expected: HashMap::new(), since: None, told: Vec::new() }
    }

    /// Starts the writers, who write until the server is gone.
    pub(super) fn begin(&mut self, round: usize, person: &Person, acknowledged: &Acknowledged) {
        self.writers.extend((0..WRITERS).map(|writer| {
            let (rooms, name) = (self.rooms.clone(), format!("{round}-{writer}"));
            tokio::spawn(write(person.clone(), rooms, name, acknowledged.clone()))
        }));
    }

    /// Asks for what is new. Nothing may be left out: the test must see everything.
    pub(super) async fn sync(&mut self, person: &Person) {
        let filter = json!({ "room": { "timeline": { "limit": 1000 } } }).to_string();
        let filter = filter.replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
        let since = self.since.as_ref().map(|since| format!("&since={since}")).unwrap_or_default();
        let answer =
            person.done(Method::GET, &format!("v3/sync?timeout=0&filter={filter}{since}"), None).await;
        for room in answer["rooms"]["join"].as_object().into_iter().flat_map(|rooms| rooms.values()) {
            assert_ne!(room["timeline"]["limited"], true);
            self.told.extend(messages_in(&room["timeline"]["events"]).into_iter().map(|(text, _)| text));
        }
        self.since = answer["next_batch"].as_str().map(str::to_owned);
    }

    pub(super) async fn check(&mut self, person: &Person) {
        for writer in self.writers.drain(..) {
            let written = writer.await.unwrap();
            self.expected.extend(written.acknowledged);
            if let Some((room, text)) = written.unanswered {
                let (path, body) = message(&room, &text);
                let answer = person.done(Method::PUT, &path, body).await;
                self.expected.insert(text, answer["event_id"].as_str().unwrap().to_owned());
            }
        }
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for room in &self.rooms {
            for (text, event_id) in person.all_messages(room).await {
                found.entry(text).or_default().push(event_id);
            }
        }
        let expected: BTreeMap<String, Vec<String>> =
            self.expected.iter().map(|(text, event_id)| (text.clone(), vec![event_id.clone()])).collect();
        assert!(found == expected, "each message is there once, as acknowledged: {found:#?} {expected:#?}");
        self.sync(person).await;
        self.told.sort();
        assert_eq!(self.told, found.into_keys().collect::<Vec<_>>(), "syncs told everything once");
    }
}

async fn write(person: Person, rooms: Vec<String>, name: String, acknowledged: Acknowledged) -> Written {
    let mut written = Written::default();
    for number in 0..MESSAGES_MAX {
        let (room, text) = (&rooms[number % rooms.len()], format!("{name}-{number}"));
        let (path, body) = message(room, &text);
        match person.answered(Method::PUT, &path, body).await {
            Some(answer) => {
                written.acknowledged.insert(text, answer["event_id"].as_str().unwrap().to_owned());
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            None => {
                written.unanswered = Some((room.clone(), text));
                break;
            }
        }
    }
    written
}
