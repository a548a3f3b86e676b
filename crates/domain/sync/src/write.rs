//! The answer as JSON, put together from pieces that are JSON already.

use std::fmt::Write;

use herold_rooms::read::{ClientEvent, token_at};
use serde_json::Value;

use crate::filter::only_fields;
use crate::gather::{Gathered, Plan, RoomNews};

/// The body of an answer.
pub(crate) fn body(gathered: &Gathered, plan: &Plan) -> String {
    let mut writer = Writer { out: String::with_capacity(1_024), gathered, plan };
    writer.whole();
    writer.out
}

struct Writer<'a> {
    out: String,
    gathered: &'a Gathered,
    plan: &'a Plan,
}

impl Writer<'_> {
    fn whole(&mut self) {
        let gathered = self.gathered;
        self.out.push('{');
        self.string_field("next_batch", &gathered.next(self.plan).to_string());
        if !gathered.account_data.is_empty() {
            self.key("account_data");
            self.out.push('{');
            self.data_events(&gathered.account_data);
            self.out.push('}');
        }
        if !gathered.presence.is_empty() {
            self.ready_events("presence", &gathered.presence);
        }
        if !gathered.to_device.is_empty() {
            self.ready_events("to_device", &gathered.to_device);
        }
        self.device_lists();
        self.key_counts();
        self.rooms();
        self.out.push('}');
    }

    /// A key and its colon, after a comma where one is needed. Keys are plain.
    fn key(&mut self, key: &str) {
        self.comma();
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    fn comma(&mut self) {
        if !self.out.ends_with(['{', '[', ':']) {
            self.out.push(',');
        }
    }

    fn string(&mut self, text: &str) {
        // Writing into a String cannot fail.
        let _ = write!(self.out, "{}", Value::from(text));
    }

    fn string_field(&mut self, key: &str, text: &str) {
        self.key(key);
        self.string(text);
    }

    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.out.push('[');
        for (index, each) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            item(self, each);
        }
        self.out.push(']');
    }

    /// `"key":{"events":[...]}` of whole events.
    fn ready_events(&mut self, key: &str, events: &[String]) {
        self.key(key);
        self.out.push_str("{\"events\":");
        self.list(events, |writer, event| writer.out.push_str(event));
        self.out.push('}');
    }

    /// `"events":[...]` of types and contents.
    fn data_events(&mut self, data: &[(String, String)]) {
        self.key("events");
        self.list(data, |writer, (kind, content)| {
            writer.out.push_str("{\"type\":");
            writer.string(kind);
            writer.out.push_str(",\"content\":");
            writer.out.push_str(content);
            writer.out.push('}');
        });
    }

    fn device_lists(&mut self) {
        let (changed, left) = (&self.gathered.keys_changed, &self.gathered.keys_left);
        if changed.is_empty() && left.is_empty() {
            return;
        }
        self.key("device_lists");
        self.out.push('{');
        for (key, users) in [("changed", changed), ("left", left)] {
            self.key(key);
            self.list(users, |writer, user| writer.string(user.as_str()));
        }
        self.out.push('}');
    }

    fn key_counts(&mut self) {
        let counts = &self.gathered.key_counts;
        self.key("device_one_time_keys_count");
        let one_time: Vec<(&String, &i64)> = counts.one_time.iter().collect();
        self.out.push('{');
        for (algorithm, count) in one_time {
            self.comma();
            self.string(algorithm);
            let _ = write!(self.out, ":{count}");
        }
        self.out.push('}');
        self.key("device_unused_fallback_key_types");
        self.list(&counts.unused_fallback, |writer, algorithm| writer.string(algorithm));
    }

    fn rooms(&mut self) {
        let gathered = self.gathered;
        let nothing = gathered.joined.is_empty()
            && gathered.left.is_empty()
            && gathered.invited.is_empty()
            && gathered.knocked.is_empty();
        if nothing {
            return;
        }
        self.key("rooms");
        self.out.push('{');
        for (key, rooms, left) in [("join", &gathered.joined, false), ("leave", &gathered.left, true)] {
            if rooms.is_empty() {
                continue;
            }
            self.key(key);
            self.out.push('{');
            for news in rooms {
                self.comma();
                self.string(news.room.id.as_str());
                self.out.push(':');
                self.room(news, left);
            }
            self.out.push('}');
        }
        let asked =
            [("invite", "invite_state", &gathered.invited), ("knock", "knock_state", &gathered.knocked)];
        for (key, state_key, rooms) in asked {
            if rooms.is_empty() {
                continue;
            }
            self.key(key);
            self.out.push('{');
            for (room, state) in rooms {
                self.comma();
                self.string(room.id.as_str());
                let _ = write!(self.out, ":{{\"{state_key}\":{{\"events\":{state}}}}}");
            }
            self.out.push('}');
        }
        self.out.push('}');
    }

    fn room(&mut self, news: &RoomNews, left: bool) {
        self.out.push('{');
        self.key("timeline");
        self.out.push_str("{\"events\":");
        self.list(&news.timeline, Self::event);
        let _ = write!(self.out, ",\"limited\":{}", news.limited);
        self.string_field("prev_batch", &token_at(news.before));
        self.out.push('}');
        self.key(if self.plan.state_after { "state_after" } else { "state" });
        self.out.push_str("{\"events\":");
        self.list(&news.state, Self::event);
        self.out.push('}');
        self.key("account_data");
        self.out.push('{');
        self.data_events(&news.account_data);
        self.out.push('}');
        if !left {
            self.ready_events("ephemeral", &news.ephemeral);
            self.summary(news);
            self.unread(news);
        }
        self.out.push('}');
    }

    fn summary(&mut self, news: &RoomNews) {
        self.key("summary");
        self.out.push('{');
        if let Some(summary) = &news.summary {
            if let Some(heroes) = &summary.heroes {
                self.key("m.heroes");
                self.list(heroes, |writer, hero| writer.string(hero.as_str()));
            }
            self.key("m.joined_member_count");
            let _ = write!(self.out, "{}", summary.joined);
            self.key("m.invited_member_count");
            let _ = write!(self.out, "{}", summary.invited);
        }
        self.out.push('}');
    }

    fn unread(&mut self, news: &RoomNews) {
        let Some(counts) = &news.unread else { return };
        let by_thread = self.plan.filter.unread_thread_notifications;
        let main =
            if by_thread { counts.threads.get("").copied().unwrap_or_default() } else { counts.total() };
        self.key("unread_notifications");
        let _ = write!(
            self.out,
            "{{\"highlight_count\":{},\"notification_count\":{}}}",
            main.highlight, main.notify
        );
        if by_thread && counts.threads.keys().any(|thread| !thread.is_empty()) {
            self.key("unread_thread_notifications");
            self.out.push('{');
            for (thread, count) in counts.threads.iter().filter(|(thread, _)| !thread.is_empty()) {
                self.comma();
                self.string(thread);
                let _ = write!(
                    self.out,
                    ":{{\"highlight_count\":{},\"notification_count\":{}}}",
                    count.highlight, count.notify
                );
            }
            self.out.push('}');
        }
    }

    fn event(&mut self, event: &ClientEvent) {
        if let Some(json) = self.gathered.federation_format.get(&event.event_number) {
            self.out.push_str(json);
        } else if let Some(paths) = &self.plan.filter.event_fields {
            let mut json = String::new();
            event.write(&mut json, self.plan.now_ms, false);
            let whole: Value = serde_json::from_str(&json).unwrap_or_default();
            let _ = write!(self.out, "{}", only_fields(&whole, paths));
        } else {
            event.write(&mut self.out, self.plan.now_ms, false);
        }
    }
}
