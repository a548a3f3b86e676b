//! What a batch redacts: what events said is taken away wherever a copy of it is kept.

use serde_json::Value as Json;

use super::Redacted;
use crate::{StorageError, Transaction, Value, event_files, redacted_originals};

/// The redactions of a batch.
#[derive(Default)]
pub(super) struct Redactions {
    /// Until when what is redacted next is kept apart.
    keep_until: Option<i64>,
    redacted: Vec<Redaction>,
    /// Redactions whose targets are not here yet.
    early: Vec<Vec<Value>>,
    /// Targets that came after their redactions.
    late: Vec<String>,
}

struct Redaction {
    room: i64,
    target: Redacted,
    redaction: i64,
    keep_until: Option<i64>,
}

impl Redactions {
    /// Until when what is redacted from now on is kept apart, milliseconds; `None`: it is not.
    pub(super) fn keep_until(&mut self, until_ms: Option<i64>) {
        self.keep_until = until_ms;
    }

    /// An event of the batch, `redaction`, redacts one that is here.
    pub(super) fn add(&mut self, room: i64, target: Redacted, redaction: i64) {
        self.redacted.push(Redaction { room, target, redaction, keep_until: self.keep_until });
    }

    /// An event of the batch redacts one that is not here yet.
    pub(super) fn early(&mut self, target: String, redaction: i64) {
        self.early.push(vec![target.into(), redaction.into()]);
    }

    /// An event comes after its redaction; `json` is what is left of it.
    pub(super) fn late(&mut self, room: i64, event_id: String, json: String, redaction: i64) {
        self.late.push(event_id.clone());
        self.add(room, Redacted { event_id, json }, redaction);
    }

    /// Writes what was gathered, once the events and memberships of the batch are written.
    pub(super) fn write(self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        // Redactions are rare, and an UPDATE takes no set of rows.
        for redaction in &self.redacted {
            redaction.write(transaction)?;
        }
        let early = "INSERT INTO early_redactions (event_id, redaction_number) VALUES ($1, $2)";
        transaction.execute_many(early, &self.early)?;
        if !self.late.is_empty() {
            let come = "DELETE FROM early_redactions WHERE event_id = ANY($1)";
            transaction.execute(come, &[Value::from(self.late)])?;
        }
        Ok(())
    }
}

impl Redaction {
    fn write(&self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        let Redacted { event_id, json } = &self.target;
        let key = [event_id.as_str().into(), self.room.into()];
        let before = "SELECT json, state_key_number, event_number FROM events \
                      WHERE event_id = $1 AND room_number = $2 AND redacted_by IS NULL";
        let Some(row) = transaction.query_optional(before, &key)? else { return Ok(()) };
        let before: String = row.get(0)?;
        if let Some(until_ms) = self.keep_until.filter(|_| before != *json) {
            redacted_originals::keep(transaction, row.get(2)?, &before, until_ms)?;
        }
        let redacted =
            "UPDATE events SET json = $3, redacted_by = $4 WHERE event_id = $1 AND room_number = $2";
        let [id, room] = key.clone();
        transaction.execute(redacted, &[id, room, json.as_str().into(), self.redaction.into()])?;
        event_files::remove(transaction, &Value::from(vec![row.get::<i64>(2)?]))?;
        // Nobody is notified of it any more.
        let unsaid = "DELETE FROM notices WHERE room_number = $2 AND position IN \
                      (SELECT event_number FROM events WHERE event_id = $1 AND position IS NOT NULL)";
        transaction.execute(unsaid, &key)?;
        if row.get::<Option<i64>>(1)?.is_some() {
            redact_in_invites(transaction, self.room, &before, json)?;
        }
        Ok(())
    }
}

/// Leaves of a state event that invites to a room, and knocks at it, brought along, what is `left` of it.
fn redact_in_invites(
    transaction: &mut Transaction<'_>,
    room: i64,
    before: &str,
    left: &str,
) -> Result<(), StorageError> {
    let (Ok(before), Ok(left)) = (serde_json::from_str::<Json>(before), serde_json::from_str::<Json>(left))
    else {
        return Ok(());
    };
    let same =
        |event: &Json| ["type", "state_key", "content"].iter().all(|field| event[field] == before[field]);
    let sql = "SELECT user_number, stripped_state FROM memberships WHERE room_number = $1 \
               AND membership IN ('invite', 'knock') AND stripped_state IS NOT NULL";
    for row in transaction.query(sql, &[room.into()])? {
        let Ok(mut events) = serde_json::from_str::<Vec<Json>>(&row.get::<String>(1)?) else { continue };
        let mut found = events.iter_mut().filter(|event| same(event)).peekable();
        if found.peek().is_some() {
            found.for_each(|event| event["content"] = left["content"].clone());
            let sql =
                "UPDATE memberships SET stripped_state = $3 WHERE user_number = $1 AND room_number = $2";
            let user: i64 = row.get(0)?;
            transaction.execute(sql, &[user.into(), room.into(), Json::from(events).to_string().into()])?;
        }
    }
    Ok(())
}
