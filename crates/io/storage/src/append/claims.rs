//! Transaction ids: one yields one event, however often it is sent.

use std::collections::HashMap;

use super::Append;
use crate::{Session, StorageError, Transaction, Value};

/// The transaction ids of a batch, used or free.
pub(super) struct Claims {
    answers: HashMap<String, String>,
    rows: Vec<Vec<Value>>,
}

impl Claims {
    pub(super) fn load(session: &mut Session, appends: &[Append]) -> Result<Self, StorageError> {
        let wanted: Vec<String> =
            appends.iter().filter_map(|append| Some(append.claim.as_ref()?.claim.clone())).collect();
        Ok(Self { answers: answers(session, wanted)?, rows: Vec::new() })
    }

    /// What was answered to this transaction id, where it was used.
    pub(super) fn answer(&self, append: &Append) -> Option<String> {
        self.answers.get(&append.claim.as_ref()?.claim).cloned()
    }

    /// Uses the append's transaction id, if it has one.
    pub(super) fn claim(&mut self, append: &Append) {
        let (Some(claim), Some(event)) = (&append.claim, append.events.first()) else { return };
        self.answers.insert(claim.claim.clone(), event.event_id.clone());
        self.rows.push(vec![
            claim.claim.as_str().into(),
            claim.device_number.into(),
            claim.transaction_id.as_str().into(),
            event.event_id.as_str().into(),
            append.now_ms.into(),
        ]);
    }

    pub(super) fn write(self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        let sql = "INSERT INTO transaction_ids (claim, device_number, transaction_id, answer, created_at) \
                   VALUES ($1, $2, $3, $4, $5)";
        transaction.execute_many(sql, &self.rows)?;
        Ok(())
    }
}

/// The answers to those of `claims` that were used.
pub fn answers(session: &mut Session, claims: Vec<String>) -> Result<HashMap<String, String>, StorageError> {
    if claims.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT claim, answer FROM transaction_ids WHERE claim = ANY($1)";
    let rows = session.query(sql, &[Value::from(claims)])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
