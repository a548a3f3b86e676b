//! Reads JSON text into trees, one value at a time. Never recurses deeper than serde_json allows (127 levels).

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{INTEGER_MAX, NotCanonical, Numbers, Object, Value};

/// Reads one JSON value and nothing after it.
pub(crate) fn parse(text: &str, numbers: Numbers) -> Result<Value<'_>, NotCanonical> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Reader(numbers).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Reader(Numbers);

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Value<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
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
        if self.0 == Numbers::Strict && !(-INTEGER_MAX..=INTEGER_MAX).contains(&integer) {
            return Err(E::custom("an integer is out of range"));
        }
        Ok(Value::Integer(integer.into()))
    }

    fn visit_u64<E: serde::de::Error>(self, integer: u64) -> Result<Value<'de>, E> {
        if self.0 == Numbers::Strict && integer > INTEGER_MAX.unsigned_abs() {
            return Err(E::custom("an integer is out of range"));
        }
        Ok(Value::Integer(integer.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, float: f64) -> Result<Value<'de>, E> {
        match self.0 {
            Numbers::Strict => Err(E::custom("a number is not an integer")),
            Numbers::Lenient => Ok(Value::Float(float)),
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
