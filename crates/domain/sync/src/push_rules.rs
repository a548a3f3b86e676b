//! Push rules: the default ones, what a user made of them, and what that means for one room.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use futures::FutureExt;
use herold_accounts::Device;
use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::events::StoredEvent;
use ruma::events::push_rules::PushRulesEventContent;
use ruma::push::{Action, AnyPushRuleRef, PushCondition, PushConditionRoomCtx, RuleKind, Ruleset};
use ruma::serde::Raw;
use ruma::{RoomId, UserId};
use serde_json::{Value, json};

use crate::contexts::Members;
use crate::{Sync, SyncError};

/// The type of account data that holds a user's push rules.
pub(crate) const PUSH_RULES: &str = "m.push_rules";
/// The push rules that following a thread works by.
pub(crate) const THREAD_RULES: [&str; 2] =
    [".io.element.msc4306.rule.unsubscribed_thread", ".io.element.msc4306.rule.subscribed_thread"];
/// Rules a user may have of their own.
const RULES_MAX: usize = 2_000;
/// Bytes of all rules of a user as JSON at most.
const RULES_BYTES_MAX: usize = 1024 * 1024;
/// Rules a user may have of their own that look into events: each is asked about every event that counts.
const SEARCHING_MAX: usize = 200;
/// Bytes of a pattern, and stars and question marks in it.
const PATTERN_BYTES_MAX: usize = 512;
const WILDCARDS_MAX: usize = 8;

/// How a user's rules work in one room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InRoom {
    /// As the default rules do, as far as counts go.
    Default,
    /// Nothing there ever notifies.
    Silent,
    /// In a way of their own.
    Custom,
}

/// Rules that are not the default ones.
#[derive(Debug)]
pub(crate) struct OwnRules {
    rules: Ruleset,
    /// The same for the same rules.
    pub(crate) version: u64,
    /// Whether it matters to counts how many members a room has.
    pub(crate) members: Members,
    elsewhere: InRoom,
    rooms: HashMap<String, InRoom>,
}

impl OwnRules {
    /// Reads the content of `m.push_rules`; `None` where it counts exactly like the default rules everywhere.
    pub(crate) fn read(content: &str, user_id: &UserId) -> Option<Self> {
        let rules = ruleset(Some(content), user_id);
        let default = default_rules(user_id);
        let elsewhere = elsewhere(&rules, &default);
        let rooms = rooms(&rules, elsewhere);
        let special = elsewhere != InRoom::Default || !rooms.is_empty();
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        let members = if asks_for_members(&rules) { Members::Then } else { Members::Now };
        special.then(|| Self { rules, version: hasher.finish(), members, elsewhere, rooms })
    }

    /// Whether the event notifies, and whether it is highlighted.
    pub(crate) fn judge(&self, event: &StoredEvent, context: &PushConditionRoomCtx) -> (bool, bool) {
        let actions = actions(&self.rules, event, context);
        let notify = actions.iter().any(Action::should_notify);
        (notify, notify && actions.iter().any(Action::is_highlight))
    }

    /// How they work in `room`.
    pub(crate) fn in_room(&self, room: &RoomId) -> InRoom {
        self.rooms.get(room.as_str()).copied().unwrap_or(self.elsewhere)
    }
}

/// What `rules` say of an event.
pub(crate) fn actions(rules: &Ruleset, event: &StoredEvent, context: &PushConditionRoomCtx) -> Vec<Action> {
    let Ok(raw) = serde_json::from_str::<Raw<Value>>(&event.json) else { return Vec::new() };
    // The evaluation is asynchronous by name only.
    rules.get_actions(&raw, context).now_or_never().unwrap_or_default().to_vec()
}

/// The rules of somebody who changed none. Threads notify like everything else until somebody follows one: else
/// people whose clients do not know about following would hear of no thread at all.
fn default_rules(user_id: &UserId) -> Ruleset {
    let mut rules = Ruleset::server_default(user_id);
    for rule in THREAD_RULES {
        // The rule is among the default ones, which the tests say.
        let _ = rules.set_enabled(RuleKind::PostContent, rule, false);
    }
    rules
}

/// The rules that are stored, brought up to date with the default ones, or those alone.
pub(crate) fn ruleset(content: Option<&str>, user_id: &UserId) -> Ruleset {
    let default = default_rules(user_id);
    let stored = content.and_then(|content| serde_json::from_str::<PushRulesEventContent>(content).ok());
    match stored {
        Some(stored) => {
            let mut rules = stored.global;
            // ruma's update leaves this kind out. Nobody adds rules to it: what they are is the server's, and how
            // they are set the person's.
            let set = std::mem::replace(&mut rules.postcontent, default.postcontent.clone());
            rules.update_with_server_default(default);
            for rule in set {
                // One that is no default any more is forgotten.
                let _ = rules.set_enabled(RuleKind::PostContent, &rule.rule_id, rule.enabled);
                let _ = rules.set_actions(RuleKind::PostContent, &rule.rule_id, rule.actions);
            }
            rules
        }
        None => default,
    }
}

/// The content of `m.push_rules`.
pub fn content(rules: &Ruleset) -> serde_json::Value {
    let mut rules = serde_json::to_value(rules).unwrap_or_default();
    // Clients expect every kind, also those without rules.
    for kind in ["override", "content", "room", "sender", "underride"] {
        if rules.get(kind).is_none() {
            rules[kind] = json!([]);
        }
    }
    json!({ "global": rules })
}

/// What a rule does to counts: itself, its conditions, whether it notifies and highlights.
fn effect(rule: AnyPushRuleRef<'_>) -> Option<(String, String, bool, bool)> {
    let actions = rule.actions();
    let notify = actions.iter().any(Action::should_notify);
    let highlight = notify && actions.iter().any(Action::is_highlight);
    let conditions = match rule {
        AnyPushRuleRef::Override(rule)
        | AnyPushRuleRef::PostContent(rule)
        | AnyPushRuleRef::Underride(rule) => json!(rule.conditions).to_string(),
        AnyPushRuleRef::Content(rule) => rule.pattern.clone(),
        _ => String::new(),
    };
    rule.enabled().then(|| (rule.rule_id().to_owned(), conditions, notify, highlight))
}

/// Whether the number of a room's members decides whether anything there notifies. By the default rules it decides
/// on the sound alone.
fn asks_for_members(rules: &Ruleset) -> bool {
    let effect_of = |id: &str| {
        let rule = rules.iter().find(|rule| rule.rule_id() == id).and_then(effect);
        rule.map(|(_, _, notify, highlight)| (notify, highlight))
    };
    let pairs = [
        (".m.rule.room_one_to_one", ".m.rule.message"),
        (".m.rule.encrypted_room_one_to_one", ".m.rule.encrypted"),
    ];
    let differs = |(two, many): &(&str, &str)| {
        effect_of(two).is_some_and(|of_two| of_two != effect_of(many).unwrap_or_default())
    };
    let asks = |rule: AnyPushRuleRef<'_>| match rule {
        AnyPushRuleRef::Override(rule)
        | AnyPushRuleRef::PostContent(rule)
        | AnyPushRuleRef::Underride(rule) => {
            let of_two = pairs.iter().any(|(two, _)| *two == rule.rule_id);
            let asks = |condition: &PushCondition| matches!(condition, PushCondition::RoomMemberCount { .. });
            !of_two && rule.enabled && rule.conditions.iter().any(asks)
        }
        _ => false,
    };
    pairs.iter().any(differs) || rules.iter().any(asks)
}

/// The one room that a rule is about.
fn room_of(rule: AnyPushRuleRef<'_>) -> Option<String> {
    match rule {
        AnyPushRuleRef::Room(rule) => Some(rule.rule_id.to_string()),
        AnyPushRuleRef::Override(rule)
        | AnyPushRuleRef::PostContent(rule)
        | AnyPushRuleRef::Underride(rule) => rule.conditions.iter().find_map(|condition| match condition {
            PushCondition::EventMatch(data) if data.key == "room_id" => {
                let plain = data.pattern.starts_with('!') && !data.pattern.contains(['*', '?']);
                plain.then(|| data.pattern.clone())
            }
            _ => None,
        }),
        _ => None,
    }
}

fn elsewhere(rules: &Ruleset, default: &Ruleset) -> InRoom {
    let effects = |rules: &Ruleset| -> Vec<_> {
        rules.iter().filter(|rule| room_of(*rule).is_none()).filter_map(effect).collect()
    };
    let effects_of_own = effects(rules);
    match effects_of_own.first() {
        // The master switch, or a rule like it.
        Some((_, conditions, false, _)) if conditions == "[]" => InRoom::Silent,
        _ if effects_of_own == effects(default) => InRoom::Default,
        _ => InRoom::Custom,
    }
}

fn rooms(rules: &Ruleset, elsewhere: InRoom) -> HashMap<String, InRoom> {
    let mut rooms = HashMap::new();
    if elsewhere == InRoom::Silent {
        return rooms;
    }
    let mut unconditional = true;
    for rule in rules.iter().filter(|rule| rule.enabled()) {
        let Some(room) = room_of(rule) else {
            unconditional = false;
            continue;
        };
        let alone = matches!(rule, AnyPushRuleRef::Override(rule) if rule.conditions.len() == 1);
        let silent = unconditional && alone && !rule.actions().iter().any(Action::should_notify);
        rooms.entry(room).or_insert(if silent { InRoom::Silent } else { InRoom::Custom });
    }
    rooms
}

/// Checks what a user's own rules may cost.
pub(crate) fn check(rules: &Ruleset) -> Result<(), SyncError> {
    let invalid = |text: String| Err(SyncError::InvalidRule(text));
    if rules.iter().count() > RULES_MAX {
        return invalid(format!("you have {RULES_MAX} of them already"));
    }
    let own = || rules.iter().filter(|rule| !rule.is_server_default() && room_of(*rule).is_none());
    let looks = |rule: &AnyPushRuleRef<'_>| !matches!(rule, AnyPushRuleRef::Sender(_));
    if own().filter(looks).count() > SEARCHING_MAX {
        return invalid(format!("you have {SEARCHING_MAX} of those that look into messages already"));
    }
    for pattern in own().flat_map(patterns) {
        if pattern.len() > PATTERN_BYTES_MAX {
            return invalid(format!("a pattern has more than {PATTERN_BYTES_MAX} bytes"));
        }
        if pattern.matches(['*', '?']).count() > WILDCARDS_MAX {
            return invalid(format!("a pattern has more than {WILDCARDS_MAX} stars and question marks"));
        }
    }
    Ok(())
}

/// The patterns that a rule looks for.
fn patterns(rule: AnyPushRuleRef<'_>) -> Vec<String> {
    match rule {
        AnyPushRuleRef::Content(rule) => vec![rule.pattern.clone()],
        AnyPushRuleRef::Override(rule)
        | AnyPushRuleRef::PostContent(rule)
        | AnyPushRuleRef::Underride(rule) => {
            let patterns = rule.conditions.iter().filter_map(|condition| match condition {
                PushCondition::EventMatch(data) => Some(data.pattern.clone()),
                _ => None,
            });
            patterns.collect()
        }
        _ => Vec::new(),
    }
}

impl Sync {
    /// The push rules of the caller.
    pub async fn push_rules(&self, device: &Device) -> Result<Ruleset, SyncError> {
        let user_number = device.user_number;
        let read =
            self.0.storage.read(move |session| account_data::get(session, user_number, NO_ROOM, PUSH_RULES));
        let stored = read.await.map_err(SyncError::Storage)?;
        Ok(ruleset(stored.as_deref(), &device.user_id))
    }

    /// Lets `change` change the push rules of the caller.
    pub async fn change_push_rules<T: Send + 'static>(
        &self,
        device: &Device,
        change: impl FnOnce(&mut Ruleset) -> Result<T, SyncError> + Send + 'static,
    ) -> Result<T, SyncError> {
        let (user_number, user_id) = (device.user_number, device.user_id.clone());
        self.0
            .storage
            .write(move |transaction| {
                let stored = account_data::get(transaction, user_number, NO_ROOM, PUSH_RULES)?;
                let mut rules = ruleset(stored.as_deref(), &user_id);
                let answer = change(&mut rules)?;
                check(&rules)?;
                let content = content(&rules).to_string();
                if content.len() > RULES_BYTES_MAX {
                    let text = format!("all your rules have more than {RULES_BYTES_MAX} bytes");
                    return Err(SyncError::InvalidRule(text));
                }
                account_data::set(transaction, user_number, NO_ROOM, PUSH_RULES, &content)?;
                Ok(answer)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use ruma::push::{NewConditionalPushRule, NewPushRule, NewSimplePushRule};
    use ruma::{owned_room_id, room_id, user_id};

    use super::*;

    fn read(change: impl FnOnce(&mut Ruleset)) -> Option<OwnRules> {
        let mut rules = default_rules(user_id!("@me:a"));
        change(&mut rules);
        OwnRules::read(&content(&rules).to_string(), user_id!("@me:a"))
    }

    #[test]
    fn the_default_rules_are_recognised_and_so_are_changes_that_do_not_count() {
        assert!(read(|_| {}).is_none());
        let followed = |rules: &mut Ruleset| {
            for rule in THREAD_RULES {
                rules.set_enabled(RuleKind::PostContent, rule, true).unwrap();
            }
        };
        assert_eq!(read(followed).unwrap().in_room(room_id!("!any:a")), InRoom::Custom);
        let quiet = read(|rules| {
            rules.set_actions(RuleKind::Underride, ".m.rule.message", vec![Action::Notify]).unwrap();
        });
        assert!(quiet.is_none(), "another sound counts the same");
    }

    #[test]
    fn the_default_rules_are_those_of_the_specification_in_its_order() {
        let rules = default_rules(user_id!("@me:a"));
        let ids: Vec<&str> = rules.iter().map(AnyPushRuleRef::rule_id).collect();
        let [unsubscribed, subscribed] = THREAD_RULES;
        let of_the_specification = [
            ".m.rule.master",
            ".m.rule.suppress_notices",
            ".m.rule.invite_for_me",
            ".m.rule.member_event",
            ".m.rule.is_user_mention",
            ".m.rule.is_room_mention",
            ".m.rule.tombstone",
            ".m.rule.reaction",
            ".m.rule.room.server_acl",
            ".m.rule.suppress_edits",
            // Not of the specification: off until somebody follows a thread.
            unsubscribed,
            subscribed,
            ".m.rule.call",
            ".m.rule.encrypted_room_one_to_one",
            ".m.rule.room_one_to_one",
            ".m.rule.message",
            ".m.rule.encrypted",
        ];
        assert_eq!(ids, of_the_specification);
        let off: Vec<&str> =
            rules.iter().filter(|rule| !rule.enabled()).map(AnyPushRuleRef::rule_id).collect();
        assert_eq!(off, [".m.rule.master", unsubscribed, subscribed]);
    }

    #[test]
    fn the_rules_about_threads_are_those_of_the_proposal_and_everybody_has_them() {
        let kind = "postcontent";
        let rule = |name: &str, subscribed: bool, actions: Value| {
            json!({
                "rule_id": format!(".io.element.msc4306.rule.{name}"), "default": true, "enabled": false,
                "conditions": [{ "kind": "io.element.msc4306.thread_subscription", "subscribed": subscribed }],
                "actions": actions,
            })
        };
        let sound = json!(["notify", { "set_tweak": "sound", "value": "default" }]);
        let proposed =
            [rule("unsubscribed_thread", false, json!([])), rule("subscribed_thread", true, sound)];
        let user_id = user_id!("@me:a");
        assert_eq!(content(&default_rules(user_id))["global"][kind], json!(proposed));
        // Rules that were stored before anybody knew of threads.
        let mut old = content(&default_rules(user_id));
        old["global"].as_object_mut().unwrap().remove(kind);
        let brought_up = ruleset(Some(&old.to_string()), user_id);
        assert_eq!(content(&brought_up)["global"][kind], json!(proposed));
        // What somebody switched on stays on.
        let mut on = content(&default_rules(user_id));
        on["global"][kind][1]["enabled"] = json!(true);
        let kept = content(&ruleset(Some(&on.to_string()), user_id));
        assert_eq!(kept["global"][kind], on["global"][kind]);
    }

    #[test]
    fn a_muted_room_is_silent_and_others_are_as_before() {
        let own = read(|rules| {
            let condition = PushCondition::EventMatch(ruma::push::EventMatchConditionData::new(
                "room_id".to_owned(),
                "!muted:a".to_owned(),
            ));
            let rule = NewConditionalPushRule::new("!muted:a".to_owned(), vec![condition], vec![]);
            rules.insert(NewPushRule::Override(rule), None, None).unwrap();
            let rule = NewSimplePushRule::new(owned_room_id!("!mentions:a"), vec![]);
            rules.insert(NewPushRule::Room(rule), None, None).unwrap();
        })
        .unwrap();
        assert_eq!(own.in_room(room_id!("!muted:a")), InRoom::Silent);
        assert_eq!(own.in_room(room_id!("!mentions:a")), InRoom::Custom);
        assert_eq!(own.in_room(room_id!("!other:a")), InRoom::Default);
    }

    #[test]
    fn rules_that_would_cost_too_much_are_refused() {
        let with = |pattern: String, rules: usize| {
            let mut set = Ruleset::server_default(user_id!("@me:a"));
            for number in 0..rules {
                let rule =
                    ruma::push::NewPatternedPushRule::new(format!("r{number}"), pattern.clone(), vec![]);
                set.insert(NewPushRule::Content(rule), None, None).unwrap();
            }
            check(&set).is_ok()
        };
        assert!(with("word*".to_owned(), SEARCHING_MAX));
        assert!(!with("word*".to_owned(), SEARCHING_MAX + 1));
        assert!(with("*".repeat(WILDCARDS_MAX), 1) && !with("*".repeat(WILDCARDS_MAX + 1), 1));
        assert!(with("x".repeat(PATTERN_BYTES_MAX), 1) && !with("x".repeat(PATTERN_BYTES_MAX + 1), 1));
    }

    #[test]
    fn the_master_switch_silences_everything() {
        let own =
            read(|rules| rules.set_enabled(RuleKind::Override, ".m.rule.master", true).unwrap()).unwrap();
        assert_eq!(own.in_room(room_id!("!any:a")), InRoom::Silent);
    }
}
