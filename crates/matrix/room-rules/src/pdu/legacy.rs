//! Power levels of old rooms: fractions are allowed and count as the whole number before the point
//! (room version 1, "`m.room.power_levels` events accept values as floats"), and `notifications` may be anything
//! where the rules do not look at them.

use ruma::events::TimelineEventType;
use ruma::room_version_rules::AuthorizationRules;
use serde_json::value::RawValue;

use crate::canonical::{self, Numbers, Value};

/// The content with whole numbers and without what the rules ignore, where the event is about power levels.
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
    let mut content = canonical::parse_object(content.get(), Numbers::Lenient).ok()?;
    let mut differs = false;
    content.retain(|key, value| {
        let asked_for = key != "notifications" || rules.limit_notifications_power_levels;
        differs |= truncate(value) || !asked_for;
        asked_for
    });
    if !differs {
        return None;
    }
    let mut text = String::with_capacity(512);
    canonical::write_entries(content.iter(), &mut text);
    RawValue::from_string(text).ok()
}

/// Cuts fractions off, also within objects; tells whether there was one.
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
