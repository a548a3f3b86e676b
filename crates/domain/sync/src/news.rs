//! What has happened since a token that may concern one device: from the newest changes in memory, or from
//! the tables when those reach not far enough back.

use std::collections::{HashMap, HashSet};

use herold_storage::{Changes, Session, Topic, device_lists, memberships, receipts, timeline};

use crate::SyncError;
use crate::ephemeral::{Ephemeral, Passing};
use crate::people::{Known, Stale};
use crate::typing::Typing;

/// What may concern a device.
#[derive(Clone, Debug, Default)]
pub(crate) struct News {
    /// Rooms of the user with new events.
    pub(crate) events: HashSet<i64>,
    /// Rooms of the user with receipts that the user may see.
    pub(crate) receipts: HashSet<i64>,
    /// Rooms in which the user's own receipt moved, or other wishes of theirs made other unread counts.
    pub(crate) recounted: HashSet<i64>,
    /// Rooms in which the user's own membership changed.
    pub(crate) own: HashSet<i64>,
    /// Memberships of others that changed in rooms of the user: room and user, with the last position.
    pub(crate) members: HashMap<(i64, i64), i64>,
    /// Whose devices or keys changed, whether the user shares a room with them or not.
    pub(crate) keys: HashSet<i64>,
    /// Whether the user signed keys of others.
    pub(crate) signed: bool,
    pub(crate) account_data: bool,
    /// Whether the user follows other threads than before.
    pub(crate) threads: bool,
    pub(crate) to_device: bool,
    pub(crate) key_counts: bool,
    pub(crate) signed_out: bool,
    /// Rooms of the user in which other people type now.
    pub(crate) typing: HashSet<i64>,
    /// Whose presence changed, whether the user shares a room with them or not.
    pub(crate) presence: HashSet<i64>,
    /// Whether it is not known whose presence changed.
    pub(crate) all_presence: bool,
    /// Whether the tables were asked: they tell of too much rather than of too little.
    pub(crate) from_tables: bool,
}

impl News {
    /// Whether there is nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.receipts.is_empty()
            && self.own.is_empty()
            && self.keys.is_empty()
            && self.members.is_empty()
            && !(self.signed
                || self.account_data
                || self.threads
                || self.to_device
                || self.key_counts
                || self.signed_out
                || self.all_presence)
            && self.typing.is_empty()
            && self.presence.is_empty()
    }

    /// The rooms among whose members somebody changed.
    pub(crate) fn rooms_with_members(&self) -> HashSet<i64> {
        self.members.keys().map(|(room, _)| *room).collect()
    }
}

/// Whose news, and since when.
pub(crate) struct Asking<'a> {
    pub(crate) user: i64,
    pub(crate) device: i64,
    pub(crate) known: &'a Known,
    /// News after this position.
    pub(crate) since: i64,
    /// And up to this one.
    pub(crate) until: i64,
}

/// What memory tells.
pub(crate) enum Told {
    /// All news, and what of the user has to be read again before they can be used.
    Everything(Box<News>, Stale),
    /// The changes reach not far enough back: the user has to be read again (`true`), and the tables asked.
    TooOld(bool),
}

/// Looks through the newest changes.
pub(crate) fn from_memory(changes: &Changes, asking: &Asking<'_>) -> Told {
    let Asking { user, device, known, since, until } = *asking;
    let (mut news, mut stale) = (News::default(), Stale::default());
    // One look for both: what is new to the client, and what is new to our memory of the user.
    let complete = changes.visit_since(since.min(known.as_of), |change| {
        if change.position > until {
            return;
        }
        if change.position > known.as_of {
            match change.topic {
                Topic::Membership { room, user: whose } if whose == user => stale.rooms.push(room),
                Topic::AccountData { user: whose } if whose == user => stale.wishes = true,
                _ => {}
            }
        }
        if change.position > since {
            news.add(&change.topic, change.position, user, device, known);
        }
    });
    stale.rooms.sort_unstable();
    stale.rooms.dedup();
    if complete {
        return Told::Everything(Box::new(news), stale);
    }
    Told::TooOld(!changes.visit_since(known.as_of, |_| {}))
}

impl News {
    fn add(&mut self, topic: &Topic, position: i64, user: i64, device: i64, known: &Known) {
        // Rooms that the user came into lately are among `own`.
        let of_user = |room: &i64| known.rooms.contains_key(room);
        match *topic {
            Topic::Event { room } if of_user(&room) => drop(self.events.insert(room)),
            Topic::Receipt { room, user: whose, private } => {
                if whose == user {
                    self.recounted.insert(room);
                }
                if of_user(&room) && (whose == user || !private) {
                    self.receipts.insert(room);
                }
            }
            Topic::Membership { room, user: whose } if whose == user => drop(self.own.insert(room)),
            Topic::Membership { room, user: whose } if of_user(&room) => {
                self.members.insert((room, whose), position);
            }
            Topic::AccountData { user: whose } if whose == user => self.account_data = true,
            Topic::ThreadSubscription { user: whose, room } if whose == user => {
                self.threads = true;
                // What is unread may have changed with it.
                self.recounted.insert(room);
            }
            Topic::ToDevice { device: whose } if whose == device => self.to_device = true,
            Topic::KeyCounts { device: whose } if whose == device => self.key_counts = true,
            Topic::DeviceKeys { user: whose } => drop(self.keys.insert(whose)),
            Topic::UserSignature { signer } if signer == user => self.signed = true,
            Topic::SignedOut { user: whose } if whose == user => self.signed_out = true,
            _ => {}
        }
    }

    /// Adds what passes: typing in the rooms of the user, and presence.
    pub(crate) fn add_passing(
        &mut self,
        ephemeral: &Ephemeral,
        typing: &Typing,
        known: &Known,
        since: Option<i64>,
    ) {
        let told = since.is_some_and(|since| {
            ephemeral.visit_since(since, |change| match change {
                Passing::Typing { room } if known.rooms.contains_key(&room) => drop(self.typing.insert(room)),
                Passing::Typing { .. } => {}
                Passing::Presence { user } => drop(self.presence.insert(user)),
            })
        });
        if !told {
            self.all_presence = true;
            self.typing.extend(typing.rooms().iter().filter(|room| known.rooms.contains_key(room)));
        }
    }
}

/// Asks the tables.
pub(crate) fn from_tables(session: &mut Session, asking: &Asking<'_>) -> Result<News, SyncError> {
    let Asking { user: _, device: _, known, since, until } = *asking;
    let rooms: Vec<i64> = known.rooms.keys().copied().collect();
    let joined: &[i64] = &known.joined;
    let own = known.rooms.iter().filter(|(_, own)| own.position > since).map(|(room, _)| *room);
    let members = memberships::changed(session, joined, since)?;
    let receipts: HashSet<i64> =
        receipts::changed_rooms(session, joined, since, until)?.into_iter().collect();
    Ok(News {
        events: timeline::changed_rooms(session, &rooms, since, until)?.into_iter().collect(),
        recounted: receipts.clone(),
        receipts,
        own: own.collect(),
        members: members
            .into_iter()
            .filter(|member| member.user_number != asking.user)
            .map(|member| ((member.room_number, member.user_number), member.position))
            .collect(),
        keys: device_lists::changed_since(session, since)?.into_iter().collect(),
        signed: true,
        account_data: true,
        threads: true,
        to_device: true,
        key_counts: false,
        signed_out: false,
        typing: HashSet::new(),
        presence: HashSet::new(),
        all_presence: false,
        from_tables: true,
    })
}
