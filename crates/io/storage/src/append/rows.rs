//! The rows of a batch, gathered first and written as sets.

use std::collections::HashMap;

use super::intern::Numbers;
use super::line::Line;
use super::redactions::Redactions;
use super::relations::Relations;
use super::summaries::Summaries;
use super::{Append, AppendEvent, AppendTo, MembershipChange, announce};
use crate::event_files::{self, FileName};
use crate::{StorageError, Transaction, Value};

/// The column of a row for `memberships` that says which one it is.
const MEMBERSHIP: usize = 2;

/// Types of events that people take for activity in a room: messages, and what starts something.
const BUMPING_KINDS: [&str; 9] = [
    "m.room.create",
    "m.room.message",
    "m.room.encrypted",
    "m.sticker",
    "m.call.invite",
    "m.poll.start",
    "org.matrix.msc3381.poll.start",
    "m.beacon_info",
    "org.matrix.msc3672.beacon_info",
];

/// How far an append brought its room.
pub(super) struct Reached {
    /// The position of the last event.
    pub(super) position: i64,
    /// That of the last event in the timeline.
    pub(super) in_timeline: Option<i64>,
    /// That of the last event that people take for activity.
    pub(super) bumped: Option<i64>,
}

pub(super) struct Rows {
    numbers: Numbers,
    line: Line,
    summaries: Summaries,
    events: Vec<Vec<Value>>,
    auth: Vec<Vec<Value>>,
    differences: Vec<Vec<Value>>,
    memberships: HashMap<(i64, i64), Vec<Value>>,
    /// The forward extremities of each room after its last append.
    extremities: HashMap<i64, Vec<i64>>,
    aliases: Vec<Vec<Value>>,
    redactions: Redactions,
    relations: Relations,
    /// The files that events name, by the event's number.
    files: Vec<(i64, FileName)>,
}

impl Rows {
    pub(super) fn new(numbers: Numbers, line: Line) -> Self {
        Self {
            numbers,
            line,
            summaries: Summaries::default(),
            events: Vec::new(),
            auth: Vec::new(),
            differences: Vec::new(),
            memberships: HashMap::new(),
            extremities: HashMap::new(),
            aliases: Vec::new(),
            redactions: Redactions::default(),
            relations: Relations::default(),
            files: Vec::new(),
        }
    }

    /// Gathers one append and says how far it brought the room.
    pub(super) fn append(
        &mut self,
        transaction: &mut Transaction<'_>,
        append: Append,
        room: i64,
    ) -> Result<Reached, StorageError> {
        if let (AppendTo::New { alias: Some(alias), .. }, Some(first)) = (&append.room, append.events.first())
        {
            let creator = self.numbers.user(&first.sender)?;
            let row = vec![alias.as_str().into(), room.into(), creator.into(), append.now_ms.into()];
            self.aliases.push(row);
        }
        if let AppendTo::New { published, .. } = append.room {
            self.summaries.born(room, published);
        }
        let mut reached = Reached { position: 0, in_timeline: None, bumped: None };
        self.redactions.keep_until(append.keep_redacted_until);
        for event in append.events {
            let position = transaction.next_position();
            reached.position = position;
            if event.in_timeline {
                reached.in_timeline = Some(position);
                if BUMPING_KINDS.contains(&event.kind.as_str()) {
                    reached.bumped = Some(position);
                }
            }
            self.event(transaction, event, room, position)?;
        }
        let extremities = append.extremities.iter().filter_map(|id| self.numbers.event(id)).collect();
        self.extremities.insert(room, extremities);
        Ok(reached)
    }

    fn event(
        &mut self,
        transaction: &mut Transaction<'_>,
        event: AppendEvent,
        room: i64,
        position: i64,
    ) -> Result<(), StorageError> {
        if !event.was_outlier {
            self.numbers.add_event(&event.event_id, position);
        }
        let number = self.numbers.event(&event.event_id).ok_or(StorageError::Unknown("outlier"))?;
        for auth_event in event.auth_events.iter().filter_map(|id| self.numbers.event(id)) {
            self.auth.push(vec![number.into(), auth_event.into()]);
        }
        for difference in &event.differences {
            let key = self.numbers.state_key(&difference.kind, &difference.state_key)?;
            let other = difference.event_id.as_ref().and_then(|id| self.numbers.event(id));
            self.differences.push(vec![number.into(), key.into(), other.into()]);
        }
        for change in &event.line {
            let key = self.numbers.state_key(&change.kind, &change.state_key)?;
            let in_force = change.event_id.as_ref().and_then(|id| self.numbers.event(id));
            self.line.change(room, key, position, in_force);
            self.summaries.line(room, &change.kind, &change.state_key);
        }
        let mut members = Vec::with_capacity(event.memberships.len());
        for change in event.memberships {
            members.push(self.membership(change, room, position)?);
        }
        if let Some(redacted) = event.redacts {
            self.summaries.redacted(room, &redacted.json);
            self.relations.redact(redacted.event_id.clone());
            self.redactions.add(room, redacted, number);
        }
        self.files.extend(event.files.into_iter().map(|file| (number, file)));
        let sender = self.numbers.user(&event.sender)?;
        if event.received {
            self.relations.arrived(event.event_id.clone());
        }
        if let Some(target) = event.redacts_later {
            self.redactions.early(target, number);
        }
        if let Some(redaction) = event.redacted_by.as_ref().and_then(|id| self.numbers.event(id)) {
            self.summaries.redacted(room, &event.json);
            self.redactions.late(room, event.event_id.clone(), event.json.clone(), redaction);
        }
        if event.in_timeline {
            announce(transaction, position, room, &members);
            if let Some(relation) = event.relation {
                self.relations.add(relation, [number, room, position, sender], event.kind.clone());
            }
        }
        let state_key_number = match &event.state_key {
            Some(state_key) => Some(self.numbers.state_key(&event.kind, state_key)?),
            None => None,
        };
        self.events.push(vec![
            position.into(),
            room.into(),
            event.event_id.into(),
            event.in_timeline.then_some(position).into(),
            position.into(),
            event.status.into(),
            event.kind.into(),
            state_key_number.into(),
            sender.into(),
            event.depth.into(),
            event.origin_server_ts.into(),
            event.json.into(),
        ]);
        Ok(())
    }

    fn membership(
        &mut self,
        change: MembershipChange,
        room: i64,
        position: i64,
    ) -> Result<i64, StorageError> {
        let user = self.numbers.user(&change.user_id)?;
        let event = self.numbers.event(&change.event_id).ok_or(StorageError::Unknown("member event"))?;
        let row = vec![
            user.into(),
            room.into(),
            change.membership.into(),
            event.into(),
            position.into(),
            false.into(),
            change.stripped_state.into(),
        ];
        self.memberships.insert((user, room), row);
        Ok(user)
    }

    pub(super) fn write(mut self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        // Only an outlier (status 3) can be here already: it keeps its number and gets its place.
        let events = "INSERT INTO events (event_number, room_number, event_id, position, line_position, \
                      status, kind, state_key_number, sender_number, depth, origin_server_ts, json) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
                      ON CONFLICT (event_id) DO UPDATE SET position = excluded.position, \
                      line_position = excluded.line_position, status = excluded.status \
                      WHERE events.status = 3";
        transaction.execute_many(events, &self.events)?;
        let auth = "INSERT INTO event_auth (event_number, auth_event_number) VALUES ($1, $2) \
                    ON CONFLICT (event_number, auth_event_number) DO NOTHING";
        transaction.execute_many(auth, &self.auth)?;
        let differences = "INSERT INTO event_state_differences \
                           (event_number, state_key_number, state_event_number) VALUES ($1, $2, $3)";
        transaction.execute_many(differences, &self.differences)?;
        self.line.write(transaction)?;
        // Who forgot a room sees it again when invited or back, not when banned or unbanned.
        let memberships = "INSERT INTO memberships \
                           (user_number, room_number, membership, event_number, position, forgotten, stripped_state) \
                           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_number, room_number) DO UPDATE SET \
                           membership = excluded.membership, event_number = excluded.event_number, \
                           position = excluded.position, stripped_state = excluded.stripped_state, \
                           forgotten = CASE WHEN excluded.membership IN ('leave', 'ban') \
                           THEN memberships.forgotten ELSE 0 END";
        let counted: Vec<(i64, i64, bool)> = self
            .memberships
            .iter()
            .map(|((user, room), row)| (*user, *room, row[MEMBERSHIP] == Value::from("join")))
            .collect();
        self.summaries.count(transaction, &counted)?;
        let rows: Vec<Vec<Value>> = self.memberships.into_values().collect();
        transaction.execute_many(memberships, &rows)?;
        let aliases =
            "INSERT INTO aliases (alias, room_number, creator_number, created_at) VALUES ($1, $2, $3, $4)";
        transaction.execute_many(aliases, &self.aliases)?;
        write_extremities(transaction, self.extremities)?;
        event_files::insert(transaction, self.files)?;
        self.relations.write(transaction)?;
        self.redactions.write(transaction)?;
        self.summaries.write(transaction)
    }
}

fn write_extremities(
    transaction: &mut Transaction<'_>,
    extremities: HashMap<i64, Vec<i64>>,
) -> Result<(), StorageError> {
    let rooms: Vec<i64> = extremities.keys().copied().collect();
    let delete = "DELETE FROM forward_extremities WHERE room_number = ANY($1)";
    transaction.execute(delete, &[Value::from(rooms)])?;
    let rows: Vec<Vec<Value>> = extremities
        .into_iter()
        .flat_map(|(room, events)| events.into_iter().map(move |event| vec![room.into(), event.into()]))
        .collect();
    let insert = "INSERT INTO forward_extremities (room_number, event_number) VALUES ($1, $2)";
    transaction.execute_many(insert, &rows)?;
    Ok(())
}
