//! The line of resolved states: which interval a batch closes and which it opens.

use std::collections::{HashMap, HashSet};

use super::intern::Numbers;
use super::{Append, AppendTo};
use crate::room_state::OPEN_END;
use crate::{StorageError, Transaction, Value};

struct Interval {
    from_position: i64,
    event_number: i64,
    /// Opened by this batch.
    new: bool,
}

/// The open intervals of the entries that a batch changes.
pub(super) struct Line {
    open: HashMap<(i64, i64), Interval>,
    rows: Vec<Vec<Value>>,
}

impl Line {
    pub(super) fn load(
        transaction: &mut Transaction<'_>,
        appends: &[&Append],
        room_numbers: &[i64],
        numbers: &Numbers,
    ) -> Result<Self, StorageError> {
        let (mut rooms, mut keys) = (HashSet::new(), HashSet::new());
        for (append, room_number) in appends.iter().zip(room_numbers) {
            if let AppendTo::New { .. } = append.room {
                continue;
            }
            for change in append.events.iter().flat_map(|event| &event.line) {
                rooms.insert(*room_number);
                keys.insert(numbers.state_key(&change.kind, &change.state_key)?);
            }
        }
        let mut open = HashMap::new();
        if !rooms.is_empty() {
            let sql = "SELECT room_number, state_key_number, from_position, event_number FROM state_intervals \
                       WHERE room_number = ANY($1) AND to_position = $2 AND state_key_number = ANY($3)";
            let rooms: Vec<i64> = rooms.into_iter().collect();
            let keys: Vec<i64> = keys.into_iter().collect();
            for row in transaction.query(sql, &[Value::from(rooms), OPEN_END.into(), Value::from(keys)])? {
                let interval = Interval { from_position: row.get(2)?, event_number: row.get(3)?, new: false };
                open.insert((row.get(0)?, row.get(1)?), interval);
            }
        }
        Ok(Self { open, rows: Vec::new() })
    }

    /// From `position` on `event` is in force for the key; `None`: nothing is.
    pub(super) fn change(&mut self, room: i64, state_key: i64, position: i64, event: Option<i64>) {
        let key = (room, state_key);
        if self.open.get(&key).map(|interval| interval.event_number) == event {
            return;
        }
        if let Some(closed) = self.open.remove(&key) {
            self.rows.push(row(key, &closed, position));
        }
        if let Some(event_number) = event {
            self.open.insert(key, Interval { from_position: position, event_number, new: true });
        }
    }

    pub(super) fn write(mut self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        for (key, interval) in &self.open {
            if interval.new {
                self.rows.push(row(*key, interval, OPEN_END));
            }
        }
        let sql = "INSERT INTO state_intervals \
                   (room_number, state_key_number, from_position, to_position, event_number) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (room_number, state_key_number, from_position) \
                   DO UPDATE SET to_position = excluded.to_position";
        transaction.execute_many(sql, &self.rows)?;
        Ok(())
    }
}

fn row((room, state_key): (i64, i64), interval: &Interval, to_position: i64) -> Vec<Value> {
    vec![
        room.into(),
        state_key.into(),
        interval.from_position.into(),
        to_position.into(),
        interval.event_number.into(),
    ]
}
