//! A search: candidates from the index, the newest first, judged one by one for the searcher, at most so many.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use herold_rooms::read::{Bundling, ClientEvent, Person, Reader, Room, Viewer, ignored_users};
use herold_storage::events::{self, StoredEvent};
use herold_storage::full_text::{self, Term};
use herold_storage::{Session, memberships, users};
use tokio::time::timeout;

use crate::documents::{key_mark, room_mark, sender_mark, text_of, words_of};
use crate::ranking::{highlights, rank};
use crate::request::{Group, GroupBy, Hit, Order, SearchRequest, SearchResults};
use crate::token::Token;
use crate::{Search, SearchError};

/// Results of a page where nobody says how many.
const PAGE_DEFAULT: usize = 10;
/// Results of a page at most.
const PAGE_MAX: usize = 100;
/// Candidates looked at in one step.
const STEP_MAX: i64 = 250;
/// Candidates looked at for one answer at most: of more, the newest are searched.
const LOOKED_AT_MAX: usize = 2_000;
/// Words of a search that count.
const WORDS_MAX: usize = 32;
/// Rooms and people that the index is asked for by name; of more, what it finds is sifted.
const NAMED_MAX: usize = 256;
/// Words that are highlighted at most.
const HIGHLIGHTS_MAX: usize = 128;
/// How long a search waits for what was just said to be indexed.
const WAIT_MAX: Duration = Duration::from_secs(2);

impl Search {
    /// Searches what `person` may see.
    ///
    /// # Errors
    ///
    /// [`SearchError::InvalidToken`], or when the database fails.
    pub async fn search(&self, person: Person, request: SearchRequest) -> Result<SearchResults, SearchError> {
        let token = request.from.as_deref().map(Token::read).transpose()?;
        if token.as_ref().is_some_and(|token| token.order != request.order) {
            return Err(SearchError::InvalidToken);
        }
        self.wait_for_index().await;
        // What is said from now on does not disturb the pages that follow.
        let before = self.0.storage.committed().borrow().saturating_add(1);
        let first = Token { order: request.order, before, told: 0, group: None };
        let token = token.unwrap_or(first);
        let reader = self.0.reader.clone();
        let read = move |session: &mut Session| {
            let words = words_of(&request.term);
            if words.is_empty() {
                return Ok(SearchResults::default());
            }
            let words = words.into_iter().take(WORDS_MAX).collect();
            let mut searching = Searching::begin(session, &reader, &person, &request, token, words)?;
            searching.run(session)
        };
        self.0.storage.read(read).await
    }

    /// Waits until everything that was said before is in the index; not for ever, as after an upgrade.
    async fn wait_for_index(&self) {
        let committed = *self.0.storage.committed().borrow();
        let mut indexed = self.0.indexed.subscribe();
        if *indexed.borrow_and_update() < committed {
            self.0.wanted.notify_one();
            // Whoever waits too long is told what is there.
            let _ = timeout(WAIT_MAX, indexed.wait_for(|indexed| *indexed >= committed)).await;
        }
    }
}

/// A candidate that the searcher may see and wants.
struct Found {
    event: ClientEvent,
    text: String,
    rank: f64,
}

/// A search under way.
pub(crate) struct Searching<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) person: &'a Person,
    pub(crate) request: &'a SearchRequest,
    /// The rooms that are searched.
    pub(crate) rooms: HashMap<i64, Arc<Room>>,
    /// Those of them that the searcher is in.
    pub(crate) joined: HashSet<i64>,
    pub(crate) viewers: HashMap<i64, Viewer>,
    pub(crate) ignored: HashSet<String>,
    token: Token,
    words: Vec<String>,
}

impl<'a> Searching<'a> {
    fn begin(
        session: &mut Session,
        reader: &'a Reader,
        person: &'a Person,
        request: &'a SearchRequest,
        token: Token,
        words: Vec<String>,
    ) -> Result<Self, SearchError> {
        let (mut joined, mut numbers) = (HashSet::new(), Vec::new());
        for membership in memberships::of_user(session, person.user_number)? {
            match membership.membership.as_str() {
                "join" => drop(joined.insert(membership.room_number)),
                "leave" | "ban" if !membership.forgotten => {}
                _ => continue,
            }
            numbers.push(membership.room_number);
        }
        let mut rooms = reader.rooms(session, &numbers)?;
        let only: Option<HashSet<_>> = request.rooms.as_ref().map(|only| only.iter().collect());
        rooms.retain(|_, room| {
            only.as_ref().is_none_or(|only| only.contains(&room.id)) && !request.not_rooms.contains(&room.id)
        });
        if let Some((GroupBy::Room, id)) = &token.group {
            rooms.retain(|_, room| room.id == id.as_str());
        }
        let ignored = ignored_users(session, person.user_number, person.user_id())?;
        Ok(Self { reader, person, request, rooms, joined, viewers: HashMap::new(), ignored, token, words })
    }

    fn run(&mut self, session: &mut Session) -> Result<SearchResults, SearchError> {
        let mut found = self.candidates(session)?;
        let total = match self.request.order {
            Order::Recent => self.token.told + found.len(),
            Order::Rank => {
                // The same rank: the newer one first, as they are now.
                found.sort_by(|one, other| other.rank.total_cmp(&one.rank));
                let total = found.len();
                found.drain(..self.token.told.min(total));
                total
            }
        };
        let limit = self.request.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
        let rest = found.split_off(limit.min(found.len()));
        let mut results = SearchResults { count: total, ..SearchResults::default() };
        // A full page has a token for what follows, be it nothing.
        results.next = (found.len() == limit).then(|| self.next(found.iter(), self.token.group.clone()));
        results.groups = self.groups(&found, &rest);
        let mut marked = BTreeSet::new();
        for found in &found {
            highlights(&found.text, &self.words, &mut marked);
        }
        results.highlights = marked.into_iter().take(HIGHLIGHTS_MAX).collect();
        self.bundle(session, &mut found)?;
        let hit = |found: Found| Hit { event: found.event, rank: found.rank, context: None };
        results.results = found.into_iter().map(hit).collect();
        self.add_contexts(session, &mut results.results)?;
        if self.request.include_state {
            results.states = self.states(session, &results.results)?;
        }
        Ok(results)
    }

    /// The place after `told`, the last ones told of all results or of a group of them.
    fn next<'f>(&self, told: impl Iterator<Item = &'f Found>, group: Option<(GroupBy, String)>) -> String {
        // A group is counted for itself, unless it was asked for alone.
        let before_these = if group == self.token.group { self.token.told } else { 0 };
        let numbers: Vec<i64> = told.map(|found| found.event.event_number).collect();
        let before = match self.request.order {
            Order::Recent => numbers.iter().min().copied().unwrap_or(0),
            Order::Rank => self.token.before,
        };
        Token { order: self.request.order, before, told: before_these + numbers.len(), group }.write()
    }

    /// What the index must find.
    fn terms(&self, session: &mut Session) -> Result<Vec<Term>, SearchError> {
        let exact = |any: Vec<String>| Term { any, prefix: false };
        let mut terms: Vec<Term> = self.words.iter().map(|word| exact(vec![word.clone()])).collect();
        if let Some(last) = terms.last_mut() {
            last.prefix = true;
        }
        terms.push(exact(self.request.keys.iter().map(|key| key_mark(*key)).collect()));
        if self.rooms.len() <= NAMED_MAX {
            terms.push(exact(self.rooms.keys().map(|room| room_mark(*room)).collect()));
        }
        let senders = match (&self.token.group, &self.request.senders) {
            (Some((GroupBy::Sender, id)), _) => Some(vec![id.clone()]),
            (_, Some(senders)) => Some(senders.iter().map(ToString::to_string).collect()),
            _ => None,
        };
        if let Some(senders) = senders.filter(|senders| senders.len() <= NAMED_MAX) {
            let numbers = users::numbers(session, &senders)?;
            terms.push(exact(numbers.values().map(|sender| sender_mark(*sender)).collect()));
        }
        Ok(terms)
    }

    /// What the searcher may see and wants, the newest first.
    fn candidates(&mut self, session: &mut Session) -> Result<Vec<Found>, SearchError> {
        let terms = self.terms(session)?;
        let (mut found, mut looked_at, mut before) = (Vec::new(), 0, self.token.before);
        while looked_at < LOOKED_AT_MAX && !self.rooms.is_empty() {
            let numbers = full_text::newest(session, &terms, before, STEP_MAX)?;
            let Some(last) = numbers.last() else { break };
            (before, looked_at) = (*last, looked_at + numbers.len());
            let mut known = events::by_number(session, &numbers)?;
            let mut stored: Vec<StoredEvent> =
                numbers.iter().filter_map(|number| known.remove(number)).collect();
            // Words may be in the index a moment longer than in the event.
            stored.retain(|event| event.redacted_by.is_none() && self.rooms.contains_key(&event.room_number));
            self.keep_visible(session, &mut stored)?;
            found.extend(self.wanted(session, stored)?);
            if (numbers.len() as i64) < STEP_MAX {
                break;
            }
        }
        Ok(found)
    }

    /// Leaves of `stored`, events of searched rooms, what the searcher may see.
    pub(crate) fn keep_visible(
        &mut self,
        session: &mut Session,
        stored: &mut Vec<StoredEvent>,
    ) -> Result<(), SearchError> {
        let rooms: HashSet<i64> = stored.iter().map(|event| event.room_number).collect();
        let new: Vec<i64> = rooms.into_iter().filter(|room| !self.viewers.contains_key(room)).collect();
        if !new.is_empty() {
            let person = self.person;
            self.viewers.extend(Viewer::load(session, &new, person.user_id(), person.user_number)?);
        }
        Viewer::load_all_differences(session, &mut self.viewers, stored)?;
        stored
            .retain(|event| self.viewers.get(&event.room_number).is_some_and(|viewer| viewer.may_see(event)));
        Ok(())
    }

    fn wanted(&self, session: &mut Session, stored: Vec<StoredEvent>) -> Result<Vec<Found>, SearchError> {
        let mut texts = HashMap::with_capacity(stored.len());
        for event in &stored {
            texts.extend(text_of(event).map(|(_, text)| (event.event_number, text)));
        }
        let presented = self.reader.present(session, &self.rooms, &self.viewers, self.person, stored)?;
        let found = presented.into_iter().filter_map(|event| {
            let text = texts.remove(&event.event_number)?;
            let wanted = self.is_shown(&event) && self.request.filter.wants(&event);
            wanted.then(|| Found { rank: rank(&text, &self.words), event, text })
        });
        Ok(found.collect())
    }

    /// Whether the searcher does not ignore whoever sent the event. States are shown whoever sent them.
    pub(crate) fn is_shown(&self, event: &ClientEvent) -> bool {
        event.state_key().is_some() || !self.ignored.contains(event.sender().as_str())
    }

    fn bundle(&self, session: &mut Session, found: &mut [Found]) -> Result<(), SearchError> {
        let bundling = Bundling {
            rooms: &self.rooms,
            viewers: &self.viewers,
            person: self.person,
            ignored: Some(&self.ignored),
            until: i64::MAX,
        };
        let events = found.iter_mut().map(|found| &mut found.event).collect();
        Ok(self.reader.bundle(session, &bundling, events)?)
    }

    /// The results of a page by what they are grouped by. `rest` are those that follow.
    fn groups(&self, page: &[Found], rest: &[Found]) -> Vec<(GroupBy, BTreeMap<String, Group>)> {
        let group_of = |by: GroupBy| {
            move |found: &Found| match by {
                GroupBy::Room => found.event.room().id.to_string(),
                GroupBy::Sender => found.event.sender().to_string(),
            }
        };
        let mut all = Vec::with_capacity(self.request.group_by.len());
        for by in &self.request.group_by {
            let group_of = group_of(*by);
            let mut groups: BTreeMap<String, Group> = BTreeMap::new();
            for found in page {
                let order = groups.len() + 1;
                let group =
                    groups.entry(group_of(found)).or_insert_with(|| Group { order, ..Group::default() });
                group.results.push(found.event.event_id().clone());
            }
            let going_on: HashSet<String> = rest.iter().map(&group_of).collect();
            for (id, group) in &mut groups {
                if going_on.contains(id) {
                    let told = page.iter().filter(|found| group_of(found) == *id);
                    group.next = Some(self.next(told, Some((*by, id.clone()))));
                }
            }
            all.push((*by, groups));
        }
        all
    }
}
