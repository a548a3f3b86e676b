//! Parts of a file: the `Range` header of RFC 9110, section 14.

/// What a `Range` header asks of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// All of it: there is no range, or one that a server may ignore (another unit, several parts, nonsense).
    Whole,
    /// `length` bytes, at least one, from `start` on.
    Part {
        /// The first byte, counted from 0.
        start: u64,
        /// How many.
        length: u64,
    },
    /// Nothing that the file has.
    Unsatisfiable,
}

/// Reads the header's value for a file of `size` bytes.
pub(super) fn parse(value: &str, size: u64) -> Range {
    let asked = value.split_once('=').filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = asked.and_then(|(_, range)| range.trim().split_once('-')) else {
        return Range::Whole;
    };
    match (number(first), number(last)) {
        // The last bytes.
        (Some(None), Some(Some(suffix))) => part(size.saturating_sub(suffix), size, size),
        (Some(Some(first)), Some(None)) => part(first, size, size),
        (Some(Some(first)), Some(Some(last))) if first <= last => part(first, last.saturating_add(1), size),
        _ => Range::Whole,
    }
}

/// The bytes from `start` to before `end`, as far as the file has them.
fn part(start: u64, end: u64, size: u64) -> Range {
    let end = end.min(size);
    if start < end { Range::Part { start, length: end - start } } else { Range::Unsatisfiable }
}

/// `Some(None)` for an empty text, `None` for what is no number. A number that is too large for the
/// type lies behind every file.
fn number(digits: &str) -> Option<Option<u64>> {
    if digits.is_empty() {
        return Some(None);
    }
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some(Some(digits.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests;
