//! Buckets, with a clock that moves only when told.

use herold_base::ManualClock;

use super::*;

fn limits(per_second: f64, burst: u32) -> (Limits, ManualClock) {
    let hands = ManualClock::new(1_700_000_000_000);
    let rates = HashMap::from([(Class::Send, Rate { per_second, burst })]);
    (Limits::new(Clock::Manual(hands.clone()), rates), hands)
}

#[test]
fn a_burst_passes_and_then_the_rate_holds() {
    let (limits, hands) = limits(2.0, 3);
    let allowed =
        |times: usize| (0..times).filter(|_| limits.check(Class::Send, Asker::User(1)).is_ok()).count();
    assert_eq!(allowed(10), 3);
    hands.advance_ms(499);
    assert_eq!(allowed(10), 0);
    hands.advance_ms(1);
    assert_eq!(allowed(10), 1);
    hands.advance_ms(60_000);
    assert_eq!(allowed(10), 3, "a long pause fills the bucket and no more");
}

#[test]
fn the_wait_that_is_told_is_enough_and_not_a_millisecond_too_long() {
    let rate = Rate { per_second: 3.0, burst: 1 };
    let bucket = AtomicI64::new(0);
    let now_us = 1_700_000_000_000_000;
    take(&bucket, rate, now_us).unwrap();
    let wait = take(&bucket, rate, now_us).unwrap_err();
    assert_eq!(wait.as_millis(), 334);
    assert!(take(&bucket, rate, now_us + 333_000).is_err());
    take(&bucket, rate, now_us + 334_000).unwrap();
}

#[test]
fn askers_and_classes_are_counted_apart() {
    let (limits, _) = limits(1.0, 1);
    limits.check(Class::Send, Asker::User(1)).unwrap();
    limits.check(Class::Send, Asker::User(2)).unwrap();
    limits.check(Class::Send, Asker::Address([127, 0, 0, 1].into())).unwrap();
    limits.check_name(Class::Send, "anna").unwrap();
    limits.check_name(Class::Send, "ben").unwrap();
    assert!(limits.check_name(Class::Send, "anna").is_err());
    assert!(limits.check(Class::Send, Asker::User(1)).is_err());
    for _ in 0..100 {
        limits.check(Class::Read, Asker::User(1)).unwrap();
    }
}

#[test]
fn strangers_who_guess_do_not_lock_out_the_owner_and_guess_slowly_together() {
    let clock = Clock::Manual(ManualClock::new(1_700_000_000_000));
    let rate = |burst| Rate { per_second: 0.1, burst };
    let rates = HashMap::from([(Class::Password, rate(2)), (Class::PasswordAnywhere, rate(5))]);
    let limits = Limits::new(clock, rates);
    let from = |user: &str, host: u8| limits.check_sign_in(user, [10, 0, 0, host].into());
    from("anna", 1).unwrap();
    from("@Anna:example.org", 1).unwrap();
    for _ in 0..9 {
        assert!(from("anna", 1).is_err(), "what is refused is not counted over all addresses");
    }
    from("anna", 2).unwrap();
    from("ben", 1).unwrap();
    from("anna", 3).unwrap();
    from("anna", 4).unwrap();
    assert!(from("anna", 5).is_err(), "from ever new addresses");
    limits.check(Class::Password, Asker::Device(1)).unwrap();
}

#[test]
fn an_ipv6_network_is_one_asker() {
    let (limits, _) = limits(1.0, 1);
    let from = |address: &str| limits.check(Class::Send, Asker::Address(address.parse().unwrap()));
    from("2001:db8:1:2::1").unwrap();
    assert!(from("2001:db8:1:2:ffff::9").is_err());
    from("2001:db8:1:3::1").unwrap();
}

#[test]
fn a_clock_set_back_locks_nobody_out_for_longer_than_the_bucket() {
    let rate = Rate { per_second: 1.0, burst: 2 };
    let bucket = AtomicI64::new(0);
    take(&bucket, rate, 1_000_000_000_000).unwrap();
    assert!(take(&bucket, rate, 1_000).is_ok());
}
