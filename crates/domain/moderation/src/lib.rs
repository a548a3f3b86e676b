//! What people report to the administrators of the server, what becomes of it, and where the server writes to
//! people.
//!
//! Nothing here acts upon a report: locking, suspending and removing are decided by people. What was
//! reported is named by its id, never copied.

mod error;
mod notice_room;
mod report;

use std::sync::Arc;

use herold_base::Clock;
use herold_storage::Storage;

pub use error::ModerationError;
pub use report::{REPORTS_PAGE, Report, Subject};

/// Reports. Clones share everything.
#[derive(Clone)]
pub struct Moderation(Arc<Inner>);

struct Inner {
    storage: Storage,
    clock: Clock,
}

impl Moderation {
    /// Reports that lie in `storage`.
    pub fn new(storage: Storage, clock: Clock) -> Self {
        Self(Arc::new(Inner { storage, clock }))
    }
}
