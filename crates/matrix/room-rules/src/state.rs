//! A room state as the rules see it.

use std::collections::HashMap;

use ruma::events::StateEventType;

/// What a state entry is known by: type and state key.
pub type StateKey = (StateEventType, String);

/// A room state, or a part of one.
pub type StateMap<T> = HashMap<StateKey, T>;
