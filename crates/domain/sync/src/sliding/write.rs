//! An answer of sliding sync as JSON, in either spelling.

use super::extensions::Extended;
use super::gather::Gathered;
use super::pos::Pos;
use super::request::{SlidingRequest, Spelling};
use super::room_news::{Hero, RoomNews};
use crate::json::Json;
use crate::people::Part;
use crate::thread_subscriptions::ThreadChanges;
use herold_rooms::read::token_at;

/// The body of an answer.
pub(crate) fn body(gathered: &Gathered, request: &SlidingRequest, pos: &Pos, now_ms: i64) -> String {
    let mut writer = Writer { out: Json::new(), merged: request.spelling == Spelling::Merged, now_ms };
    writer.out.raw("{");
    writer.out.string_field("pos", &pos.to_string());
    if let Some(txn_id) = &request.txn_id {
        writer.out.string_field("txn_id", txn_id);
    }
    writer.out.key("lists");
    writer.out.raw("{");
    for (name, count) in &gathered.counts {
        writer.out.string_key(name);
        writer.out.raw("{");
        writer.out.plain_field("count", count);
        writer.out.raw("}");
    }
    writer.out.raw("}");
    writer.out.key("rooms");
    writer.out.raw("{");
    for news in &gathered.rooms {
        writer.out.string_key(news.room.id.as_str());
        writer.room(news);
    }
    writer.out.raw("}");
    writer.out.key("extensions");
    writer.extensions(&gathered.extended);
    writer.out.raw("}");
    writer.out.0
}

struct Writer {
    out: Json,
    merged: bool,
    now_ms: i64,
}

impl Writer {
    fn room(&mut self, news: &RoomNews) {
        self.out.raw("{");
        self.out.plain_field("bump_stamp", news.bump_stamp);
        if self.merged {
            self.out.string_field("membership", &news.membership);
            if !news.lists.is_empty() {
                self.out.key("lists");
                self.out.list(&news.lists, |json, list| json.string(list));
            }
        }
        if news.due.initial {
            self.out.plain_field("initial", true);
        }
        if let Some(direct) = news.due.direct {
            self.out.plain_field("is_dm", direct);
        }
        match &news.stripped {
            Some(stripped) => {
                self.out.key(if self.merged { "stripped_state" } else { "invite_state" });
                self.out.raw(stripped);
                if !self.merged {
                    self.out.raw(",\"notification_count\":0,\"highlight_count\":0");
                }
            }
            None => self.inside(news),
        }
        self.out.raw("}");
    }

    /// What is told of a room that the user is or was in.
    fn inside(&mut self, news: &RoomNews) {
        let state = &news.state;
        self.optional("name", state.name.as_ref(), news.due.initial);
        self.optional("avatar", state.avatar.as_ref(), news.due.initial);
        if news.due.expanded {
            self.out.plain_field(
                if self.merged { "expanded_timeline" } else { "unstable_expanded_timeline" },
                true,
            );
        }
        let now_ms = self.now_ms;
        if !state.events.is_empty() || (self.merged && !state.removed.is_empty()) {
            self.out.key("required_state");
            self.out.list(&state.events, |json, event| event.write(&mut json.0, now_ms, false));
            if self.merged && !state.removed.is_empty() {
                // The list goes on: what was taken away has no event.
                self.out.0.pop();
                for (kind, state_key) in &state.removed {
                    self.out.comma();
                    self.out.raw("{");
                    self.out.string_field("type", kind);
                    self.out.string_field("state_key", state_key);
                    self.out.raw("}");
                }
                self.out.raw("]");
            }
        }
        if !news.timeline.events.is_empty() || news.timeline.limited {
            self.out.key("timeline");
            self.out.list(&news.timeline.events, |json, event| event.write(&mut json.0, now_ms, false));
            self.out.string_field("prev_batch", &token_at(news.timeline.before));
            self.out.plain_field("limited", news.timeline.limited);
            self.out.plain_field("num_live", news.live);
        }
        if let Some(summary) = &news.summary {
            self.out.plain_field("joined_count", summary.joined);
            self.out.plain_field("invited_count", summary.invited);
        }
        if let Some(heroes) = &news.heroes {
            self.out.key("heroes");
            self.out.list(heroes, hero);
        }
        if !self.merged {
            let counts = news.unread.as_ref().filter(|_| news.part == Part::Join);
            let total = counts.map(|counts| counts.total()).unwrap_or_default();
            self.out.plain_field("notification_count", total.notify);
            self.out.plain_field("highlight_count", total.highlight);
        }
    }

    /// A text that may have become none. Of a room told from the beginning what is absent is none.
    fn optional(&mut self, key: &str, value: Option<&Option<String>>, initial: bool) {
        match value {
            Some(Some(text)) => self.out.string_field(key, text),
            Some(None) if !initial => {
                self.out.key(key);
                self.out.raw("null");
            }
            _ => {}
        }
    }

    fn extensions(&mut self, extended: &Extended) {
        self.out.raw("{");
        if let Some((messages, upto)) = &extended.to_device {
            self.out.key("to_device");
            self.out.raw("{");
            self.out.string_field("next_batch", &format!("d{upto}"));
            self.out.key("events");
            self.out.list(messages, |json, message| json.raw(message));
            self.out.raw("}");
        }
        self.keys(extended);
        if !extended.account_data.is_empty() || !extended.room_account_data.is_empty() {
            self.out.key("account_data");
            self.out.raw("{");
            self.out.key("global");
            self.out.data_events(&extended.account_data);
            self.out.key("rooms");
            self.out.raw("{");
            for (room, data) in &extended.room_account_data {
                self.out.string_key(room.id.as_str());
                self.out.data_events(data);
            }
            self.out.raw("}}");
        }
        self.threads(&extended.threads);
        for (key, events) in [("receipts", &extended.receipts), ("typing", &extended.typing)] {
            if !events.is_empty() {
                self.out.key(key);
                self.out.raw("{\"rooms\":{");
                for (room, event) in events {
                    self.out.string_key(room.id.as_str());
                    self.out.raw(event);
                }
                self.out.raw("}}");
            }
        }
        self.out.raw("}");
    }

    /// Which threads are followed, by room and root.
    fn threads(&mut self, threads: &ThreadChanges) {
        if threads.changes.is_empty() {
            return;
        }
        self.out.key("io.element.msc4308.thread_subscriptions");
        self.out.raw("{");
        for (key, subscribed) in [("subscribed", true), ("unsubscribed", false)] {
            let rooms = threads.by_room(subscribed);
            if rooms.is_empty() {
                continue;
            }
            self.out.key(key);
            self.out.raw("{");
            for (room, changes) in rooms {
                self.out.string_key(room.as_str());
                self.out.raw("{");
                for change in changes {
                    self.out.string_key(&change.thread);
                    self.out.raw("{");
                    if subscribed {
                        self.out.plain_field("automatic", change.automatic);
                    }
                    self.out.plain_field("bump_stamp", change.position);
                    self.out.raw("}");
                }
                self.out.raw("}");
            }
            self.out.raw("}");
        }
        if let Some(prev_batch) = &threads.prev_batch {
            self.out.string_field("prev_batch", prev_batch);
        }
        self.out.raw("}");
    }

    fn keys(&mut self, extended: &Extended) {
        let Some(keys) = &extended.keys else { return };
        self.out.key("e2ee");
        self.out.raw("{");
        if !keys.changed.is_empty() || !keys.left.is_empty() {
            self.out.key("device_lists");
            self.out.raw("{");
            for (key, users) in [("changed", &keys.changed), ("left", &keys.left)] {
                self.out.key(key);
                self.out.list(users, |json, user| json.string(user.as_str()));
            }
            self.out.raw("}");
        }
        self.out.key_counts(&keys.counts);
        self.out.raw("}");
    }
}

fn hero(json: &mut Json, hero: &Hero) {
    json.raw("{");
    json.string_field("user_id", hero.user_id.as_str());
    for (key, value) in [("displayname", &hero.name), ("avatar_url", &hero.avatar)] {
        if let Some(value) = value {
            json.string_field(key, value);
        }
    }
    json.raw("}");
}
