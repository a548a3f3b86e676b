//! Which events somebody wants to see: the event filters of `/messages`, `/context` and `/sync`.

use std::collections::HashSet;

use ruma::api::client::filter::RoomEventFilter;

use super::ClientEvent;

/// An event filter, ready to be applied.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    types: Option<Vec<String>>,
    not_types: Vec<String>,
    senders: Option<HashSet<String>>,
    not_senders: HashSet<String>,
    contains_url: Option<bool>,
    /// Whether only the members who matter are wanted in a state.
    pub lazy_load_members: bool,
}

impl EventFilter {
    /// The filter as a client sent it. Its rooms and its limit are the caller's to apply.
    pub fn from_request(filter: &RoomEventFilter) -> Self {
        use ruma::api::client::filter::{LazyLoadOptions, UrlFilter};
        let strings = |ids: &[ruma::OwnedUserId]| ids.iter().map(ToString::to_string).collect();
        Self {
            types: filter.types.clone(),
            not_types: filter.not_types.clone(),
            senders: filter.senders.as_deref().map(strings),
            not_senders: strings(&filter.not_senders),
            contains_url: filter.url_filter.as_ref().map(|url| *url == UrlFilter::EventsWithUrl),
            lazy_load_members: !matches!(filter.lazy_load_options, LazyLoadOptions::Disabled),
        }
    }

    /// Whether `event` is wanted.
    pub fn wants(&self, event: &ClientEvent) -> bool {
        let (kind, sender) = (event.kind(), event.sender().as_str());
        self.wants_from(kind, sender) && self.contains_url.is_none_or(|wanted| wanted == event.contains_url())
    }

    /// Whether events of this type and from this sender may be wanted.
    pub fn wants_from(&self, kind: &str, sender: &str) -> bool {
        self.wants_kind(kind)
            && self.senders.as_ref().is_none_or(|senders| senders.contains(sender))
            && !self.not_senders.contains(sender)
    }

    /// Whether events of this type may be wanted.
    pub fn wants_kind(&self, kind: &str) -> bool {
        let among = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, kind));
        self.types.as_deref().is_none_or(among) && !among(&self.not_types)
    }
}

/// Whether `kind` is what `pattern` says; a `*` stands for any letters, also none.
fn matches(pattern: &str, kind: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = kind.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(found) = rest.find(part) else { return false };
        rest = &rest[found + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_letters() {
        let table = [
            ("m.room.message", "m.room.message", true),
            ("m.room.message", "m.room.messages", false),
            ("m.room.*", "m.room.message", true),
            ("m.room.*", "m.room", false),
            ("*", "", true),
            ("*.message", "m.room.message", true),
            ("m.*.message", "m.room.message", true),
            ("m.*.message", "m.message", false),
            ("m*m*m", "mm", false),
            ("a*a", "a", false),
        ];
        for (pattern, kind, wanted) in table {
            assert_eq!(matches(pattern, kind), wanted, "{pattern} {kind}");
        }
    }
}
