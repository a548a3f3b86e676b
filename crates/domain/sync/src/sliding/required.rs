//! Which state a client requires of a room. Several rules may ask for one room: then each says for itself what it
//! wants, and any of them suffices.

use serde::{Deserialize, Serialize};

pub(crate) const MEMBER: &str = "m.room.member";

/// State by type and state key; whatever is absent is any.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StatePattern {
    /// The type.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The state key.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub state_key: Option<String>,
}

impl StatePattern {
    fn matches(&self, kind: &str, state_key: &str) -> bool {
        self.kind.as_ref().is_none_or(|wanted| wanted == kind)
            && self.state_key.as_ref().is_none_or(|wanted| wanted == state_key)
    }

    /// Whether it means a whole room full of members.
    fn is_all_members(&self) -> bool {
        self.state_key.is_none() && self.kind.as_deref().is_none_or(|kind| kind == MEMBER)
    }
}

/// Which state a rule wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequiredState {
    /// This.
    #[serde(rename = "i", default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<StatePattern>,
    /// But not this.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<StatePattern>,
    /// Members only as far as they matter to the timeline; a pattern that means any type means no members then.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub lazy_members: bool,
}

impl RequiredState {
    fn wants(&self, kind: &str, state_key: &str) -> bool {
        let lazily = |pattern: &StatePattern| {
            self.lazy_members && kind == MEMBER && pattern.kind.is_none() && pattern.state_key.is_none()
        };
        self.include.iter().any(|pattern| pattern.matches(kind, state_key) && !lazily(pattern))
            && !self.exclude.iter().any(|pattern| pattern.matches(kind, state_key))
    }

    fn wants_all_members(&self) -> bool {
        let any = self
            .include
            .iter()
            .any(|pattern| pattern.is_all_members() && (pattern.kind.is_some() || !self.lazy_members));
        any && !self.exclude.iter().any(StatePattern::is_all_members)
    }
}

/// What all rules for a room want together.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Wants(Vec<RequiredState>);

impl Wants {
    /// Of one rule.
    pub(crate) fn new(mut required: RequiredState) -> Self {
        for patterns in [&mut required.include, &mut required.exclude] {
            patterns.sort_unstable();
            patterns.dedup();
        }
        Self(vec![required])
    }

    /// What is wanted as well.
    pub(crate) fn add(&mut self, other: &Wants) {
        self.0.extend(other.0.iter().cloned());
        self.0.sort_unstable();
        self.0.dedup();
    }

    /// Whether a state of this type and key is wanted.
    pub(crate) fn wants(&self, kind: &str, state_key: &str) -> bool {
        self.0.iter().any(|required| required.wants(kind, state_key))
    }

    /// Whether members are wanted as far as they matter to the timeline.
    pub(crate) fn lazy_members(&self) -> bool {
        self.0.iter().any(|required| required.lazy_members)
            && !self.0.iter().any(RequiredState::wants_all_members)
    }

    fn patterns(&self) -> impl Iterator<Item = &StatePattern> {
        self.0.iter().flat_map(|required| &required.include)
    }

    /// How to ask for it.
    pub(crate) fn add_to(&self, asking: &mut Asking) {
        for pattern in self.patterns() {
            match (&pattern.kind, &pattern.state_key) {
                (Some(kind), Some(key)) => asking.keys.push((kind.clone(), key.clone())),
                (Some(kind), None) => asking.kinds.push(kind.clone()),
                (None, None) if !self.0.iter().any(RequiredState::wants_all_members) => asking.rest = true,
                (None, _) => asking.everything = true,
            }
        }
    }
}

/// Which questions find all that is wanted of some rooms, and perhaps more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asking {
    /// Types and state keys.
    pub(crate) keys: Vec<(String, String)>,
    /// Types.
    pub(crate) kinds: Vec<String>,
    /// All but members.
    pub(crate) rest: bool,
    /// All.
    pub(crate) everything: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(kind: &str, key: &str) -> StatePattern {
        let some = |text: &str| (text != "*").then(|| text.to_owned());
        StatePattern { kind: some(kind), state_key: some(key) }
    }

    fn wants(include: &[(&str, &str)], exclude: &[(&str, &str)], lazy_members: bool) -> Wants {
        let patterns = |pairs: &[(&str, &str)]| pairs.iter().map(|(kind, key)| pattern(kind, key)).collect();
        Wants::new(RequiredState { include: patterns(include), exclude: patterns(exclude), lazy_members })
    }

    #[test]
    fn patterns_and_exceptions() {
        let some =
            wants(&[("m.room.name", ""), ("m.beacon", "*"), ("*", "@me:a")], &[("m.beacon", "x")], false);
        assert!(some.wants("m.room.name", "") && !some.wants("m.room.name", "k") && !some.wants("t", ""));
        assert!(some.wants("m.beacon", "y") && !some.wants("m.beacon", "x") && some.wants(MEMBER, "@me:a"));
        let mut asking = Asking::default();
        some.add_to(&mut asking);
        assert!(asking.everything && asking.kinds == ["m.beacon"] && asking.keys.len() == 1);
    }

    #[test]
    fn lazy_members_are_no_part_of_everything_but_of_what_names_them() {
        let lazy = wants(&[("*", "*"), (MEMBER, "@me:a")], &[], true);
        assert!(lazy.lazy_members() && lazy.wants("t", "k"));
        assert!(lazy.wants(MEMBER, "@me:a") && !lazy.wants(MEMBER, "@you:a"));
        let mut asking = Asking::default();
        lazy.add_to(&mut asking);
        assert!(asking.rest && !asking.everything);
        assert!(!wants(&[(MEMBER, "*")], &[], true).lazy_members());
        let mut both = lazy.clone();
        both.add(&wants(&[("*", "*")], &[], false));
        assert!(!both.lazy_members() && both.wants(MEMBER, "@you:a"), "whoever wants all members gets them");
        both.add(&lazy);
        assert_eq!(both.0.len(), 2);
    }
}
