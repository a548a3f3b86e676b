//! A model of what notifies people: every event is remembered, and counts are made anew from all of them, by
//! hand and without any of the server's code.

use std::collections::{BTreeMap, HashMap, HashSet};

/// What somebody said, or that they came.
pub(crate) struct Said {
    pub(crate) event_id: String,
    pub(crate) sender: usize,
    pub(crate) kind: Kind,
    /// The root's event id; empty in the main timeline.
    pub(crate) thread: String,
    pub(crate) mentions: HashSet<usize>,
    /// Mentions the whole room, with the power to do so.
    pub(crate) mentions_room: bool,
    pub(crate) with_keyword: bool,
    pub(crate) members: usize,
    pub(crate) redacted: bool,
    /// It relates to something other than as part of a thread.
    pub(crate) refers: bool,
    /// Something relates to it so.
    pub(crate) referred_to: bool,
}

impl Said {
    /// A change of the room's state by `sender`.
    pub(crate) fn state(sender: usize) -> Self {
        Self::new(String::new(), sender, Kind::State)
    }

    /// Something plain in the main timeline.
    pub(crate) fn new(event_id: String, sender: usize, kind: Kind) -> Self {
        Self {
            event_id,
            sender,
            kind,
            thread: String::new(),
            mentions: HashSet::new(),
            mentions_room: false,
            with_keyword: false,
            members: 0,
            redacted: false,
            refers: false,
            referred_to: false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Encrypted,
    Notice,
    Reaction,
    Edit,
    /// A redaction, or an event of a type that no rule knows.
    Other,
    /// A change of the room's state.
    State,
}

/// What somebody made of their push rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) keyword: bool,
    pub(crate) master: bool,
    /// `.m.rule.message` is switched off: messages count in rooms of two alone.
    pub(crate) groups_are_silent: bool,
    pub(crate) muted: HashSet<usize>,
    pub(crate) mentions_only: HashSet<usize>,
    pub(crate) silent_senders: HashSet<usize>,
    pub(crate) ignored: HashSet<usize>,
}

/// Up to which place in the room somebody has read it; 0 is nothing.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) everywhere: usize,
    pub(crate) threads: HashMap<String, usize>,
}

/// One room.
#[derive(Default)]
pub(crate) struct Room {
    pub(crate) id: String,
    pub(crate) said: Vec<Said>,
    pub(crate) joined: HashSet<usize>,
    /// Who may mention the whole room, beside its creator.
    pub(crate) powerful: Option<usize>,
    pub(crate) read: HashMap<usize, Read>,
}

/// Notifications and highlights.
pub(crate) type Count = (i64, i64);

impl Room {
    /// Adds what was said, which its sender has read.
    pub(crate) fn add(&mut self, said: Said) {
        let (sender, thread, is_state) = (said.sender, said.thread.clone(), said.kind == Kind::State);
        self.said.push(said);
        if !is_state {
            self.read(sender, Some(&thread), self.said.len());
        }
    }

    /// Somebody has read up to `place`, in all threads or in one.
    pub(crate) fn read(&mut self, who: usize, thread: Option<&str>, place: usize) {
        let read = self.read.entry(who).or_default();
        let at = match thread {
            None => &mut read.everywhere,
            Some(thread) => read.threads.entry(thread.to_owned()).or_default(),
        };
        *at = (*at).max(place);
    }

    /// What `who` has not read, by thread; threads with nothing are absent.
    pub(crate) fn recount(&self, number: usize, who: usize, wishes: &Wishes) -> BTreeMap<String, Count> {
        let nothing = Read::default();
        let read = self.read.get(&who).unwrap_or(&nothing);
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        for (place, said) in (1..).zip(&self.said) {
            let up_to = read.threads.get(&said.thread).copied().unwrap_or(0).max(read.everywhere);
            if place <= up_to || said.sender == who || said.redacted {
                continue;
            }
            if wishes.ignored.contains(&said.sender) {
                continue;
            }
            let (notify, highlight) = judge(said, number, who, wishes);
            if notify {
                let count = counts.entry(said.thread.clone()).or_default();
                *count = (count.0 + 1, count.1 + i64::from(highlight));
            }
        }
        counts
    }
}

/// The push rules of the specification and those of `wishes`, in their order.
fn judge(said: &Said, room: usize, who: usize, wishes: &Wishes) -> (bool, bool) {
    let (silent, plain, loud) = ((false, false), (true, false), (true, true));
    if wishes.master || wishes.muted.contains(&room) || matches!(said.kind, Kind::Notice | Kind::State) {
        return silent;
    }
    if said.mentions.contains(&who) || said.mentions_room {
        return loud;
    }
    if matches!(said.kind, Kind::Reaction | Kind::Edit) {
        return silent;
    }
    if wishes.keyword && said.with_keyword {
        return loud;
    }
    if wishes.mentions_only.contains(&room) || wishes.silent_senders.contains(&said.sender) {
        return silent;
    }
    match said.kind {
        Kind::Text if said.members == 2 || !wishes.groups_are_silent => plain,
        Kind::Encrypted => plain,
        _ => silent,
    }
}
