//! Which of two keys of one session a backup keeps. Pure.

use std::cmp::Reverse;

use herold_storage::key_backups::KeyRank;

/// Whether `new` takes the place of `old`: when it is verified and the other is not, else when it
/// can decrypt earlier messages, else when it was forwarded less often.
pub(crate) fn replaces(new: KeyRank, old: KeyRank) -> bool {
    let worth =
        |rank: KeyRank| (rank.is_verified, Reverse(rank.first_message_index), Reverse(rank.forwarded_count));
    worth(new) > worth(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(is_verified: bool, first_message_index: i64, forwarded_count: i64) -> KeyRank {
        KeyRank { is_verified, first_message_index, forwarded_count }
    }

    #[test]
    fn a_better_key_replaces_a_worse_and_never_the_other_way_round() {
        let best_first = [
            rank(true, 0, 0),
            rank(true, 0, 7),
            rank(true, 5, 0),
            rank(true, 5, 1),
            rank(false, 0, 0),
            rank(false, 0, 1),
            rank(false, 1, 0),
        ];
        for (place, better) in best_first.into_iter().enumerate() {
            assert!(!replaces(better, better), "an equal key is kept as it is");
            for worse in best_first.into_iter().skip(place + 1) {
                assert!(replaces(better, worse) && !replaces(worse, better), "{better:?} {worse:?}");
            }
        }
    }
}
