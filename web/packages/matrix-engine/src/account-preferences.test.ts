import { expect, test } from "vitest";

import { type AccountData, contentsOf, preferencesIn } from "./account-preferences.ts";

const nothing: AccountData = () => ({});

function having(all: Record<string, Record<string, unknown>>): AccountData {
  return (kind) => all[kind] ?? {};
}

test("who decided nothing shows what apps usually show", () => {
  expect(preferencesIn(nothing)).toEqual({
    receipts: true,
    typing: true,
    online: true,
    findable: true,
    invitations: true,
    quietHours: undefined,
  });
});

test("what was decided is read as it was written", () => {
  const decided = {
    receipts: false,
    typing: false,
    online: false,
    findable: false,
    invitations: false,
    quietHours: { from: 22 * 60, to: 6 * 60 + 30 },
  };
  expect(preferencesIn(having(Object.fromEntries(contentsOf(nothing, decided))))).toEqual(decided);
});

test.each([
  [{ from: -1, to: 5 }],
  [{ from: 0, to: 1440 }],
  [{ from: 5, to: 5 }],
  [{ from: "22:00", to: 5 }],
  ["always"],
  [null],
])("%j are no quiet hours", (hours) => {
  expect(preferencesIn(having({ "org.herold.preferences": { quiet_hours: hours } })).quietHours).toBe(
    undefined,
  );
});

test("a change touches nothing else", () => {
  const before = having({
    "org.herold.preferences": { typing: false, of_another_version: 1, quiet_hours: { from: 0, to: 60 } },
    "m.invite_permission_config": { default_action: "block", "org.example": true },
  });
  expect(contentsOf(before, { receipts: false })).toEqual([
    [
      "org.herold.preferences",
      { typing: false, of_another_version: 1, quiet_hours: { from: 0, to: 60 }, receipts: false },
    ],
  ]);
  expect(contentsOf(before, { invitations: true })).toEqual([
    ["m.invite_permission_config", { "org.example": true }],
  ]);
  const [[, content] = []] = contentsOf(before, { quietHours: undefined });
  expect(JSON.parse(JSON.stringify(content))).toEqual({ typing: false, of_another_version: 1 });
});
