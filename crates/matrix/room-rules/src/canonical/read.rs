//! Reads JSON text into trees, one value at a time. Never recurses deeper than serde_json allows (127 levels).

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{INTEGER_MAX, NotCanonical, Numbers, Object, Value};

/// Reads one JSON value and nothing after it.
pub(crate) fn parse(text: &str, numbers: Numbers) -> Result<Value<'_>, NotCanonical> {
    let inexact = match numbers {
        Numbers::Strict => Vec::new(),
        Numbers::Lenient => inexact_numbers(text),
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Reader { numbers, inexact: &Cell::new(&inexact) }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The numbers in a JSON text that serde_json hands on as floats, which may be off in the last digit: as they are
/// written, in their order.
fn inexact_numbers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|next: char| next == '"' || next == '-' || next.is_ascii_digit()) {
        rest = &rest[start..];
        let end = if rest.starts_with('"') { end_of_string(rest) } else { end_of_number(rest) };
        let (token, after) = rest.split_at(end);
        rest = after;
        let is_integer = token.parse::<i64>().is_ok() || token.parse::<u64>().is_ok();
        if !token.starts_with('"') && (!is_integer || token == "-0") {
            found.push(token);
        }
    }
    found
}

fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let closing = text.bytes().skip(1).position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    closing.map_or(text.len(), |position| position + 2)
}

fn end_of_number(text: &str) -> usize {
    text.find(|next: char| !next.is_ascii_digit() && !"+-.eE".contains(next)).unwrap_or(text.len())
}

/// Reads a value; copies of it share the list of inexact numbers that are still to come.
#[derive(Clone, Copy)]
struct Reader<'n, 'de> {
    numbers: Numbers,
    inexact: &'n Cell<&'n [&'de str]>,
}

impl<'de> Reader<'_, 'de> {
    /// A number that is no integer of 64 bits. Integers stay exact however large; `-0` is one.
    fn inexact(self, float: f64) -> Value<'de> {
        let Some((text, later)) = self.inexact.get().split_first() else { return Value::Float(float) };
        self.inexact.set(later);
        if *text == "-0" {
            Value::Integer(0)
        } else if text.contains(['.', 'e', 'E']) {
            Value::Float(text.parse().unwrap_or(float))
        } else {
            Value::Written(Cow::Borrowed(text))
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_, 'de> {
    type Value = Value<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, 'de> {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: serde::de::Error>(self, integer: i64) -> Result<Value<'de>, E> {
        if self.numbers == Numbers::Strict && !(-INTEGER_MAX..=INTEGER_MAX).contains(&integer) {
            return Err(E::custom("an integer is out of range"));
        }
        Ok(Value::Integer(integer.into()))
    }

    fn visit_u64<E: serde::de::Error>(self, integer: u64) -> Result<Value<'de>, E> {
        if self.numbers == Numbers::Strict && integer > INTEGER_MAX.unsigned_abs() {
            return Err(E::custom("an integer is out of range"));
        }
        Ok(Value::Integer(integer.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, float: f64) -> Result<Value<'de>, E> {
        match self.numbers {
            Numbers::Strict => Err(E::custom("a number is not an integer")),
            Numbers::Lenient => Ok(self.inexact(float)),
        }
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let mut entries = Vec::with_capacity(8);
        while let Some(Key(key)) = items.next_key()? {
            entries.push((key, items.next_value_seed(self)?));
        }
        Ok(Value::Object(Object::from_entries(entries)))
    }
}

/// A key that borrows where it can; serde's own `Cow` always copies.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
