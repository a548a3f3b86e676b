import type { IPushRule, IPushRules } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { mutedRooms, notifyOf } from "./notify.ts";

const rule = (more: object): IPushRule =>
  ({ rule_id: "!a", default: false, enabled: true, actions: [], ...more }) as IPushRule;
const inRoom = (pattern: string) => [{ kind: "event_match", key: "room_id", pattern }];
const rules = (override: IPushRule[], room: IPushRule[] = []): IPushRules => ({ global: { override, room } });

test.each([
  ["an override for the room that does nothing", rule({ conditions: inRoom("!a") }), true],
  ["the same in the words of old", rule({ conditions: inRoom("!a"), actions: ["dont_notify"] }), true],
  ["whatever it is called", rule({ rule_id: "mute", conditions: inRoom("!a") }), true],
  ["turned off", rule({ conditions: inRoom("!a"), enabled: false }), false],
  ["that tells", rule({ conditions: inRoom("!a"), actions: ["notify"] }), false],
  ["for another room", rule({ conditions: inRoom("!b") }), false],
  [
    "for some messages only",
    rule({ conditions: [...inRoom("!a"), { kind: "contains_display_name" }] }),
    false,
  ],
  ["without conditions", rule({}), false],
])("%s", (_name, override, muted) => {
  expect(notifyOf(rules([override]), "!a")).toBe(muted ? "none" : "default");
  expect(mutedRooms(rules([override])).has("!a")).toBe(muted);
});

test("a rule for the room tells of everything, or of mentions only", () => {
  expect(notifyOf(rules([], [rule({ actions: ["notify"] })]), "!a")).toBe("all");
  expect(notifyOf(rules([], [rule({})]), "!a")).toBe("mentions");
  expect(notifyOf(undefined, "!a")).toBe("default");
});
