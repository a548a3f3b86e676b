//! Sending an event at once, cancelling it, or beginning its delay anew.

use herold_storage::Transaction;
use herold_storage::delayed_events::{self, DelayedRow, Outcome};

use crate::{DelayedError, DelayedEvents};

/// What is done with a scheduled event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Never send it.
    Cancel,
    /// Begin its delay anew.
    Restart,
    /// Send it now.
    Send,
}

impl Action {
    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "cancel" => Some(Self::Cancel),
            "restart" => Some(Self::Restart),
            "send" => Some(Self::Send),
            _ => None,
        }
    }
}

impl DelayedEvents {
    /// Does `action` with an event; knowing its name is the right to. What was done before is not done
    /// again, and is no error.
    pub async fn change(&self, delay_id: &str, action: Action) -> Result<(), DelayedError> {
        let (name, now_ms) = (delay_id.to_owned(), self.0.clock.now_ms());
        let write = move |transaction: &mut Transaction<'_>| {
            let found = delayed_events::by_id(transaction, std::slice::from_ref(&name))?.pop();
            let found = found.ok_or(DelayedError::NotFound)?;
            if found.finalised_at.is_some() {
                return already(&found, action).map(|()| None);
            }
            if found.taken {
                return Err(DelayedError::Conflict("this event is being sent at this moment"));
            }
            match action {
                Action::Cancel => {
                    let outcome = Outcome { delay_id: name, event_id: None, error: None };
                    delayed_events::finalise(transaction, &outcome, now_ms)?;
                }
                Action::Restart => delayed_events::restart(transaction, &name, now_ms)?,
                Action::Send => delayed_events::set_taken(transaction, &[name], true)?,
            }
            Ok(Some(found))
        };
        let found = self.0.storage.write(write).await?;
        match (found, action) {
            (Some(row), Action::Send) => self.send_taken(&row).await,
            // The sweep looks too early now, once, and finds nothing.
            _ => Ok(()),
        }
    }

    /// Sends an event that was taken for it; one that cannot be sent stays scheduled.
    async fn send_taken(&self, row: &DelayedRow) -> Result<(), DelayedError> {
        let sent = self.send_now(row).await;
        let (name, now_ms) = (row.delay_id.clone(), self.0.clock.now_ms());
        let event_id = sent.as_ref().ok().map(ToString::to_string);
        let write = move |transaction: &mut Transaction<'_>| match event_id {
            Some(event_id) => {
                let outcome = Outcome { delay_id: name, event_id: Some(event_id), error: None };
                delayed_events::finalise(transaction, &outcome, now_ms)
            }
            None => delayed_events::set_taken(transaction, &[name], false),
        };
        let written: Result<(), herold_storage::StorageError> = self.0.storage.write(write).await;
        written?;
        self.expect(row.running_since_at.saturating_add(row.delay_ms));
        sent.map(drop)
    }
}

/// Whether what became of an event is what is asked for.
fn already(row: &DelayedRow, action: Action) -> Result<(), DelayedError> {
    match (row.event_id.is_some(), action) {
        (true, Action::Send) | (false, Action::Cancel) => Ok(()),
        (true, _) => Err(DelayedError::Conflict("this event was sent already")),
        (false, _) => Err(DelayedError::Conflict("this event was cancelled, or could not be sent")),
    }
}
