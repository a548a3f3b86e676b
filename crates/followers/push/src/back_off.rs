//! How long a gateway that failed is left alone: twice as long each time, with some chance in it, so that
//! those who failed together do not come back together. Pure.

use herold_base::Random;

/// After the first failure, milliseconds.
const FIRST_MS: i64 = 1_000;
/// At most, milliseconds.
const LONGEST_MS: i64 = 60 * 60 * 1_000;
/// How many times it doubles at most before `LONGEST_MS` is reached for certain.
const DOUBLINGS_MAX: i64 = 12;

/// Milliseconds to wait after this many failures in a row: between half of the step and the whole.
pub(crate) fn wait_ms(failures: i64, random: &Random) -> i64 {
    let doublings = (failures - 1).clamp(0, DOUBLINGS_MAX);
    let step = (FIRST_MS << doublings).min(LONGEST_MS);
    let mut bytes = [0; 2];
    random.fill(&mut bytes);
    step / 2 + step / 2 * i64::from(u16::from_le_bytes(bytes)) / i64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_an_hour() {
        let random = Random::seeded(3);
        for (failures, step) in [(1, 1_000), (2, 2_000), (5, 16_000), (13, 3_600_000), (400, 3_600_000)] {
            let waits: Vec<i64> = (0..50).map(|_| wait_ms(failures, &random)).collect();
            assert!(waits.iter().all(|wait| (step / 2..=step).contains(wait)), "{failures}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait != waits[0]), "{failures}: no chance in it");
        }
    }
}
