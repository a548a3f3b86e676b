//! Power levels of old rooms: fractions are allowed and count as the whole number before the point
//! (room version 1, "`m.room.power_levels` events accept values as floats").

use ruma::events::TimelineEventType;
use ruma::room_version_rules::AuthorizationRules;
use serde_json::value::RawValue;

use crate::canonical::{self, Numbers, Value};

/// The content with whole numbers, where the event is about power levels and has fractions.
///
/// Strings stay strings: the rules read them as they are. A number outside an `i64` stays as it is, so that the
/// rules refuse it.
pub(super) fn ruling_content(
    rules: &AuthorizationRules,
    kind: &TimelineEventType,
    content: &RawValue,
) -> Option<Box<RawValue>> {
    if Numbers::of(rules) == Numbers::Strict || *kind != TimelineEventType::RoomPowerLevels {
        return None;
    }
    let mut value = canonical::parse(content.get(), Numbers::Lenient).ok()?;
    if !truncate(&mut value) {
        return None;
    }
    let mut text = String::with_capacity(content.get().len());
    canonical::write_value(&value, &mut text);
    RawValue::from_string(text).ok()
}

/// Cuts fractions off, two objects deep; tells whether there was one.
fn truncate(value: &mut Value<'_>) -> bool {
    match value {
        Value::Float(float) => {
            let whole = float.trunc();
            if whole.abs() < 9.2e18 {
                *value = Value::Integer(whole as i128);
                return true;
            }
            false
        }
        Value::Object(object) => {
            let mut found = false;
            object.retain(|_, value| {
                found |= truncate(value);
                true
            });
            found
        }
        _ => false,
    }
}
