//! Canonical JSON: one text for one value, so that servers hash and sign the same bytes
//! (specification: appendices, "Canonical JSON").
//!
//! Reads any JSON text into a tree that borrows from it and writes trees with sorted keys and without spaces.
//! Of a key that occurs twice the last one counts, as it does for every server that reads JSON into maps.
//! Nesting is bounded by the parser (127 levels). Nothing here knows what an event is.

use std::borrow::Cow;

use ruma::room_version_rules::AuthorizationRules;
use serde::de::Error as _;
use thiserror::Error;

mod read;
mod write;

pub(crate) use read::parse;
pub(crate) use write::{write_entries, write_value};

/// The largest magnitude of an integer in canonical JSON, 2^53 - 1.
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// A text is not JSON, or not what canonical JSON allows.
#[derive(Debug, Error)]
#[error("not canonical JSON: {0}")]
pub struct NotCanonical(#[from] serde_json::Error);

/// Which numbers a room version allows in its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Integers from -(2^53)+1 to 2^53-1, without exponent or fraction, and no negative zero.
    Strict,
    /// Any number; before room version 6 canonical JSON was not enforced.
    Lenient,
}

impl Numbers {
    /// What the rules of a room version ask for.
    pub fn of(rules: &AuthorizationRules) -> Self {
        if rules.strict_canonical_json { Numbers::Strict } else { Numbers::Lenient }
    }
}

/// A JSON value that borrows its strings from the text where they contain no escapes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Integer(i128),
    /// Only under [`Numbers::Lenient`].
    Float(f64),
    String(Cow<'a, str>),
    Array(Vec<Value<'a>>),
    Object(Object<'a>),
    /// A value that was written canonically before.
    Written(Cow<'a, str>),
}

impl<'a> Value<'a> {
    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_array(&self) -> Option<&[Value<'a>]> {
        if let Value::Array(values) = self { Some(values) } else { None }
    }

    pub(crate) fn as_object(&self) -> Option<&Object<'a>> {
        if let Value::Object(object) = self { Some(object) } else { None }
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        if let Value::Integer(integer) = self { i64::try_from(*integer).ok() } else { None }
    }
}

/// The entries of a JSON object, sorted by key, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    pub(crate) fn with_capacity(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    fn from_entries(mut entries: Vec<(Cow<'a, str>, Value<'a>)>) -> Self {
        if !entries.is_sorted_by(|left, right| left.0 < right.0) {
            entries.reverse();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            entries.dedup_by(|later, kept| later.0 == kept.0);
        }
        Self(entries)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.binary_search_by(|entry| entry.0.as_ref().cmp(key)).ok().map(|index| &self.0[index].1)
    }

    pub(crate) fn insert(&mut self, key: impl Into<Cow<'a, str>>, value: Value<'a>) {
        let key = key.into();
        match self.0.binary_search_by(|entry| entry.0.cmp(&key)) {
            Ok(index) => self.0[index].1 = value,
            Err(index) => self.0.insert(index, (key, value)),
        }
    }

    /// Removes an entry and returns its value.
    pub(crate) fn take(&mut self, key: &str) -> Option<Value<'a>> {
        let index = self.0.binary_search_by(|entry| entry.0.as_ref().cmp(key)).ok()?;
        Some(self.0.remove(index).1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// Keeps the entries for which `keep` is true; `keep` may change their values.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value<'a>) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }
}

/// Reads a JSON object.
pub(crate) fn parse_object(text: &str, numbers: Numbers) -> Result<Object<'_>, NotCanonical> {
    match parse(text, numbers)? {
        Value::Object(object) => Ok(object),
        _ => Err(NotCanonical(serde_json::Error::custom("expected an object"))),
    }
}

/// Rewrites a JSON text in its canonical form.
pub fn canonicalize(text: &str, numbers: Numbers) -> Result<String, NotCanonical> {
    let value = parse(text, numbers)?;
    let mut written = String::with_capacity(text.len());
    write_value(&value, &mut written);
    Ok(written)
}

#[cfg(test)]
mod tests;
