//! The examples of the specification's appendix on canonical JSON, and what it leaves open.

use proptest::prelude::*;

use super::*;

fn strict(text: &str) -> Result<String, NotCanonical> {
    canonicalize(text, Numbers::Strict)
}

#[test]
fn the_examples_of_the_appendix() {
    for (text, canonical) in [
        ("{}", "{}"),
        (r#"{ "one": 1, "two": "Two" }"#, r#"{"one":1,"two":"Two"}"#),
        (r#"{ "b": "2", "a": "1" }"#, r#"{"a":"1","b":"2"}"#),
        (r#"{ "a": "日本語" }"#, r#"{"a":"日本語"}"#),
        (r#"{ "本": 2, "日": 1 }"#, r#"{"日":1,"本":2}"#),
        (r#"{ "a": "\u65E5" }"#, r#"{"a":"日"}"#),
        (r#"{ "a": null }"#, r#"{"a":null}"#),
        (r#"[ true, {"b": [], "a": {}} ]"#, r#"[true,{"a":{},"b":[]}]"#),
        (
            "\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\\\/\u{7f}\"",
            "\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\u{7f}\"",
        ),
    ] {
        assert_eq!(strict(text).unwrap(), canonical);
    }
}

#[test]
fn the_last_of_equal_keys_counts() {
    assert_eq!(strict(r#"{"b":1,"a":{"x":1,"x":2},"b":3}"#).unwrap(), r#"{"a":{"x":2},"b":3}"#);
    assert_eq!(strict(r#"{"a":1,"a":2,"a":3}"#).unwrap(), r#"{"a":3}"#);
}

#[test]
fn numbers_that_are_not_canonical_are_refused_where_rules_are_strict() {
    for number in ["1.0", "1e3", "-0", "0.5", "9007199254740992", "-9007199254740992", "1e400"] {
        assert!(strict(&format!("[{number}]")).is_err(), "{number}");
    }
    for number in ["0", "-1", "9007199254740991", "-9007199254740991"] {
        assert_eq!(strict(number).unwrap(), number);
    }
}

#[test]
fn lenient_numbers_are_written_as_the_first_servers_wrote_them() {
    for (number, written) in [
        ("1.0", "1.0"),
        ("100e0", "100.0"),
        ("5.114698E4", "51146.98"),
        ("1e15", "1000000000000000.0"),
        ("1e16", "1e+16"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("1.5e300", "1.5e+300"),
        ("9223372036854775807", "9223372036854775807"),
        ("18446744073709551615", "18446744073709551615"),
        ("184467440737095516159999999999999999999999", "184467440737095516159999999999999999999999"),
        ("-9223372036854775809", "-9223372036854775809"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("155555555555555555555555555555555555555555.04", "1.5555555555555556e+41"),
        ("2.2222222222222223e+114", "2.2222222222222223e+114"),
        (r#"["\\\"1e5",{"2.5":[1,-7.25E2,"\\"]},1e22]"#, r#"["\\\"1e5",{"2.5":[1,-725.0,"\\"]},1e+22]"#),
    ] {
        assert_eq!(canonicalize(number, Numbers::Lenient).unwrap(), written);
    }
}

#[test]
fn what_is_not_json_or_too_deep_is_an_error() {
    for text in ["", "{", "{}{}", "[1,]", r#""\ud800""#, "nul", "{1:2}", "\u{feff}{}"] {
        assert!(strict(text).is_err(), "{text}");
    }
    let deep = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(strict(&deep(127)).is_ok());
    assert!(strict(&deep(128)).is_err());
    assert!(strict(&deep(100_000)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,200}") {
        _ = strict(&text);
        _ = canonicalize(&text, Numbers::Lenient);
    }

    #[test]
    fn floats_are_kept_to_the_last_digit(floats in proptest::collection::vec(any::<f64>(), 1..8)) {
        let floats: Vec<f64> = floats.into_iter().filter(|float| float.is_finite()).collect();
        let text = format!("{floats:?}");
        let written = canonicalize(&text, Numbers::Lenient).unwrap();
        prop_assert_eq!(&canonicalize(&written, Numbers::Lenient).unwrap(), &written);
        let read: Vec<f64> = written
            .trim_matches(['[', ']'])
            .split(',')
            .filter(|float| !float.is_empty())
            .map(|float| float.parse().unwrap())
            .collect();
        prop_assert_eq!(read, floats);
    }

    #[test]
    fn canonical_text_stays_as_it_is(strings in proptest::collection::btree_map(".{0,12}", ".{0,12}", 0..6)) {
        let text = serde_json::to_string(&strings).unwrap();
        let canonical = strict(&text).unwrap();
        prop_assert_eq!(&strict(&canonical).unwrap(), &canonical);
        let again: std::collections::BTreeMap<String, String> = serde_json::from_str(&canonical).unwrap();
        prop_assert_eq!(again, strings);
    }
}
