//! Ranges that are asked for, one by one and at random.

use proptest::prelude::*;

use super::*;

#[test]
fn ranges_of_ten_bytes() {
    let part = |start, length| Range::Part { start, length };
    let cases = [
        ("bytes=0-0", part(0, 1)),
        ("bytes=0-9", part(0, 10)),
        ("bytes=2-5", part(2, 4)),
        ("bytes=5-", part(5, 5)),
        ("bytes=9-100", part(9, 1)),
        ("bytes=-3", part(7, 3)),
        ("bytes=-100", part(0, 10)),
        ("Bytes = 1-1", part(1, 1)),
        ("bytes=0-99999999999999999999999", part(0, 10)),
        ("bytes=10-", Range::Unsatisfiable),
        ("bytes=99999999999999999999999-", Range::Unsatisfiable),
        ("bytes=-0", Range::Unsatisfiable),
        ("bytes=5-4", Range::Whole),
        ("bytes=-", Range::Whole),
        ("bytes=0-1,3-4", Range::Whole),
        ("bytes=+1-2", Range::Whole),
        ("bytes=a-b", Range::Whole),
        ("lines=1-2", Range::Whole),
        ("", Range::Whole),
    ];
    for (value, wanted) in cases {
        assert_eq!(parse(value, 10), wanted, "{value}");
    }
    assert_eq!(parse("bytes=0-", 0), Range::Unsatisfiable);
}

proptest! {
    #[test]
    fn a_part_lies_within_the_file(value in "(bytes=)?[-0-9 ,a-z]{0,30}", size: u64) {
        if let Range::Part { start, length } = parse(&value, size) {
            prop_assert!(length > 0);
            prop_assert!(start.checked_add(length).is_some_and(|end| end <= size));
        }
    }

    #[test]
    fn what_is_asked_for_is_given(first in 0_u64..1000, last in 0_u64..1000, size in 1_u64..1000) {
        let wanted = if first > last {
            Range::Whole
        } else if first >= size {
            Range::Unsatisfiable
        } else {
            Range::Part { start: first, length: last.min(size - 1) - first + 1 }
        };
        prop_assert_eq!(parse(&format!("bytes={first}-{last}"), size), wanted);
    }

    #[test]
    fn nothing_makes_it_fall_over(value in any::<String>(), size: u64) {
        parse(&value, size);
    }
}
