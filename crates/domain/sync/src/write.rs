//! The answer as JSON, put together from pieces that are JSON already.

use std::fmt::Write;

use herold_rooms::read::{ClientEvent, token_at};
use serde_json::Value;

use crate::filter::only_fields;
use crate::gather::{Gathered, Plan, RoomNews};
use crate::json::Json;

/// The body of an answer.
pub(crate) fn body(gathered: &Gathered, plan: &Plan) -> String {
    let mut writer = Writer { out: Json::new(), gathered, plan };
    writer.whole();
    writer.out.0
}

struct Writer<'a> {
    out: Json,
    gathered: &'a Gathered,
    plan: &'a Plan,
}

impl Writer<'_> {
    fn whole(&mut self) {
        let gathered = self.gathered;
        self.out.raw("{");
        self.out.string_field("next_batch", &gathered.next(self.plan).to_string());
        if !gathered.account_data.is_empty() {
            self.out.key("account_data");
            self.out.raw("{");
            self.data_events(&gathered.account_data);
            self.out.raw("}");
        }
        if !gathered.presence.is_empty() {
            self.ready_events("presence", &gathered.presence);
        }
        if !gathered.to_device.is_empty() {
            self.ready_events("to_device", &gathered.to_device);
        }
        self.device_lists();
        self.out.key_counts(&gathered.key_counts);
        self.rooms();
        self.out.raw("}");
    }

    /// `"key":{"events":[...]}` of whole events.
    fn ready_events(&mut self, key: &str, events: &[String]) {
        self.out.key(key);
        self.out.raw("{\"events\":");
        self.out.list(events, |json, event| json.raw(event));
        self.out.raw("}");
    }

    /// `"events":[...]` of types and contents.
    fn data_events(&mut self, data: &[(String, String)]) {
        self.out.key("events");
        self.out.data_events(data);
    }

    fn device_lists(&mut self) {
        let (changed, left) = (&self.gathered.keys_changed, &self.gathered.keys_left);
        if changed.is_empty() && left.is_empty() {
            return;
        }
        self.out.key("device_lists");
        self.out.raw("{");
        for (key, users) in [("changed", changed), ("left", left)] {
            self.out.key(key);
            self.out.list(users, |json, user| json.string(user.as_str()));
        }
        self.out.raw("}");
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
        self.out.key("rooms");
        self.out.raw("{");
        for (key, rooms, left) in [("join", &gathered.joined, false), ("leave", &gathered.left, true)] {
            if rooms.is_empty() {
                continue;
            }
            self.out.key(key);
            self.out.raw("{");
            for news in rooms {
                self.out.comma();
                self.out.string(news.room.id.as_str());
                self.out.raw(":");
                self.room(news, left);
            }
            self.out.raw("}");
        }
        let asked =
            [("invite", "invite_state", &gathered.invited), ("knock", "knock_state", &gathered.knocked)];
        for (key, state_key, rooms) in asked {
            if rooms.is_empty() {
                continue;
            }
            self.out.key(key);
            self.out.raw("{");
            for (room, state) in rooms {
                self.out.comma();
                self.out.string(room.id.as_str());
                let _ = write!(self.out.0, ":{{\"{state_key}\":{{\"events\":{state}}}}}");
            }
            self.out.raw("}");
        }
        self.out.raw("}");
    }

    fn room(&mut self, news: &RoomNews, left: bool) {
        self.out.raw("{");
        self.out.key("timeline");
        self.out.raw("{\"events\":");
        let (gathered, plan) = (self.gathered, self.plan);
        self.out.list(&news.timeline, |json, event| write_event(json, gathered, plan, event));
        let _ = write!(self.out.0, ",\"limited\":{}", news.limited);
        self.out.string_field("prev_batch", &token_at(news.before));
        self.out.raw("}");
        self.out.key(if self.plan.state_after { "state_after" } else { "state" });
        self.out.raw("{\"events\":");
        self.out.list(&news.state, |json, event| write_event(json, gathered, plan, event));
        self.out.raw("}");
        self.out.key("account_data");
        self.out.raw("{");
        self.data_events(&news.account_data);
        self.out.raw("}");
        if !left {
            self.ready_events("ephemeral", &news.ephemeral);
            self.summary(news);
            self.unread(news);
        }
        self.out.raw("}");
    }

    fn summary(&mut self, news: &RoomNews) {
        self.out.key("summary");
        self.out.raw("{");
        if let Some(summary) = &news.summary {
            if let Some(heroes) = &summary.heroes {
                self.out.key("m.heroes");
                self.out.list(heroes, |json, hero| json.string(hero.as_str()));
            }
            self.out.key("m.joined_member_count");
            let _ = write!(self.out.0, "{}", summary.joined);
            self.out.key("m.invited_member_count");
            let _ = write!(self.out.0, "{}", summary.invited);
        }
        self.out.raw("}");
    }

    fn unread(&mut self, news: &RoomNews) {
        let Some(counts) = &news.unread else { return };
        let by_thread = self.plan.filter.unread_thread_notifications;
        let main =
            if by_thread { counts.threads.get("").copied().unwrap_or_default() } else { counts.total() };
        self.out.key("unread_notifications");
        let _ = write!(
            self.out.0,
            "{{\"highlight_count\":{},\"notification_count\":{}}}",
            main.highlight, main.notify
        );
        if by_thread && counts.threads.keys().any(|thread| !thread.is_empty()) {
            self.out.key("unread_thread_notifications");
            self.out.raw("{");
            for (thread, count) in counts.threads.iter().filter(|(thread, _)| !thread.is_empty()) {
                self.out.comma();
                self.out.string(thread);
                let _ = write!(
                    self.out.0,
                    ":{{\"highlight_count\":{},\"notification_count\":{}}}",
                    count.highlight, count.notify
                );
            }
            self.out.raw("}");
        }
    }
}

fn write_event(json: &mut Json, gathered: &Gathered, plan: &Plan, event: &ClientEvent) {
    if let Some(as_exchanged) = gathered.federation_format.get(&event.event_number) {
        json.raw(as_exchanged);
    } else if let Some(paths) = &plan.filter.event_fields {
        let mut text = String::new();
        event.write(&mut text, plan.now_ms, false);
        let whole: Value = serde_json::from_str(&text).unwrap_or_default();
        let _ = write!(json.0, "{}", only_fields(&whole, paths));
    } else {
        event.write(&mut json.0, plan.now_ms, false);
    }
}
