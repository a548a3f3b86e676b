//! JSON written piece by piece, where most pieces are JSON already.

use std::fmt::{Display, Write};

use herold_storage::one_time_keys::KeyCounts;
use serde_json::Value;

/// A text of JSON that grows.
pub(crate) struct Json(pub(crate) String);

impl Json {
    /// An empty text.
    pub(crate) fn new() -> Self {
        Self(String::with_capacity(1_024))
    }

    /// Text that is JSON, or a part of it.
    pub(crate) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// A key and its colon, after a comma where one is needed. Keys are plain.
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
    }

    /// A comma, where one is needed.
    pub(crate) fn comma(&mut self) {
        if !self.0.ends_with(['{', '[', ':']) {
            self.0.push(',');
        }
    }

    /// A text.
    pub(crate) fn string(&mut self, text: &str) {
        // Writing into a String cannot fail.
        let _ = write!(self.0, "{}", Value::from(text));
    }

    /// A key that is not plain, such as an id, and its colon.
    pub(crate) fn string_key(&mut self, key: &str) {
        self.comma();
        self.string(key);
        self.0.push(':');
    }

    /// A key with a text.
    pub(crate) fn string_field(&mut self, key: &str, text: &str) {
        self.key(key);
        self.string(text);
    }

    /// A key with a number, or truth.
    pub(crate) fn plain_field(&mut self, key: &str, value: impl Display) {
        self.key(key);
        let _ = write!(self.0, "{value}");
    }

    /// A list.
    pub(crate) fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.0.push('[');
        for (index, each) in items.iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            item(self, each);
        }
        self.0.push(']');
    }

    /// A list of types and contents.
    pub(crate) fn data_events(&mut self, data: &[(String, String)]) {
        self.list(data, |json, (kind, content)| {
            json.raw("{\"type\":");
            json.string(kind);
            json.raw(",\"content\":");
            json.raw(content);
            json.raw("}");
        });
    }

    /// How many keys a device has left: two fields.
    pub(crate) fn key_counts(&mut self, counts: &KeyCounts) {
        self.key("device_one_time_keys_count");
        self.raw("{");
        for (algorithm, count) in &counts.one_time {
            self.comma();
            self.string(algorithm);
            let _ = write!(self.0, ":{count}");
        }
        self.raw("}");
        self.key("device_unused_fallback_key_types");
        self.list(&counts.unused_fallback, |json, algorithm| json.string(algorithm));
    }
}
