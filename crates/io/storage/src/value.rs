//! What goes into a statement and what comes out of it, alike for both engines.

use crate::StorageError;

/// A parameter or a column. Truth is an integer, 0 or 1; time is an integer, milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// A BIGINT.
    Integer(i64),
    /// A TEXT.
    Text(String),
    /// A BYTEA.
    Bytes(Vec<u8>),
    /// A set of BIGINT, only as a parameter of `= ANY(...)`.
    Integers(Vec<i64>),
    /// A set of TEXT, only as a parameter of `= ANY(...)`.
    Texts(Vec<String>),
}

macro_rules! value_from {
    ($($from:ty => $make:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                let make: fn($from) -> Value = $make;
                make(value)
            }
        })*
    };
}

value_from! {
    i64 => Value::Integer,
    bool => |value| Value::Integer(i64::from(value)),
    &str => |value| Value::Text(value.to_owned()),
    String => Value::Text,
    Vec<u8> => Value::Bytes,
    &[u8] => |value| Value::Bytes(value.to_vec()),
    Vec<i64> => Value::Integers,
    Vec<String> => Value::Texts,
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer, columns in the order of the statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Takes the column at `index`, counted from 0, as a `T`.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T, StorageError> {
        self.0
            .get(index)
            .and_then(|value| T::from_value(value))
            .ok_or(StorageError::Column { index, wanted: T::NAME })
    }

    /// Moves the text out of the column at `index`: for long ones, which [`Row::get`] would copy.
    pub(crate) fn take_text(&mut self, index: usize) -> Result<String, StorageError> {
        match self.0.get_mut(index) {
            Some(Value::Text(text)) => Ok(std::mem::take(text)),
            _ => Err(StorageError::Column { index, wanted: String::NAME }),
        }
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// What an error calls this type.
    const NAME: &'static str;
    /// `None` when the column holds something else.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    const NAME: &'static str = "an integer";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(*number) } else { None }
    }
}

impl FromValue for bool {
    const NAME: &'static str = "0 or 1";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(0) => Some(false),
            Value::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl FromValue for String {
    const NAME: &'static str = "text";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl FromValue for Vec<u8> {
    const NAME: &'static str = "bytes";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes.clone()) } else { None }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const NAME: &'static str = T::NAME;
    fn from_value(value: &Value) -> Option<Self> {
        if *value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}
