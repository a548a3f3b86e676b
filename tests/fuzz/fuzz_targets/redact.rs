//! Any bytes as an event to be redacted, with the oldest and the newest rules: redacting again changes nothing.

#![no_main]

use herold_room_rules::redact;
use libfuzzer_sys::fuzz_target;
use ruma::room_version_rules::RoomVersionRules;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for rules in [RoomVersionRules::V1, RoomVersionRules::V12] {
        if let Ok(once) = redact(&rules, text) {
            let twice = redact(&rules, &once).expect("canonical JSON can be read");
            assert_eq!(once, twice);
        }
    }
});
