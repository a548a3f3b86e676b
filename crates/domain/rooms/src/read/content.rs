//! The content of an event as it is stored.

use herold_storage::events::StoredEvent;
use serde::Deserialize;
use serde_json::Value;

/// The content of `event`. What is not read of it (hashes, signatures, edges) is skipped, not parsed.
pub fn content_of(event: &StoredEvent) -> Value {
    #[derive(Deserialize)]
    struct WithContent {
        content: Value,
    }
    serde_json::from_str::<WithContent>(&event.json).map(|event| event.content).unwrap_or_default()
}
