import type { IPushRule, IPushRules, MatrixClient } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { keepRules, rulesIn } from "./notification-rules.ts";

const rule = (rule_id: string, more: Partial<IPushRule> = {}): IPushRule =>
  ({ rule_id, default: rule_id.startsWith("."), enabled: true, actions: ["notify"], ...more }) as IPushRule;

function defaults(): IPushRules {
  return {
    global: {
      override: [
        rule(".m.rule.master", { enabled: false, actions: [] }),
        rule(".m.rule.invite_for_me"),
        rule(".m.rule.is_user_mention"),
        rule(".m.rule.is_room_mention"),
      ],
      content: [],
      underride: [
        rule(".m.rule.encrypted_room_one_to_one"),
        rule(".m.rule.room_one_to_one"),
        rule(".m.rule.message"),
        rule(".m.rule.encrypted"),
      ],
    },
  };
}

/** A server that does with the rules what it is told. */
function account(rules: IPushRules): MatrixClient {
  const all = (kind: string) => (rules.global as Record<string, IPushRule[]>)[kind] ?? [];
  const find = (kind: string, id: string): IPushRule => {
    const found = all(kind).find(({ rule_id }) => rule_id === id);
    if (!found) throw new Error(`there is no ${kind} ${id}`);
    return found;
  };
  return {
    pushRules: rules,
    getPushRules: async () => rules,
    setPushRules: () => undefined,
    setPushRuleEnabled: async (_: string, kind: string, id: string, enabled: boolean) => {
      find(kind, id).enabled = enabled;
    },
    setPushRuleActions: async (_: string, kind: string, id: string, actions: IPushRule["actions"]) => {
      find(kind, id).actions = actions;
    },
    addPushRule: async (_: string, kind: string, id: string, body: Partial<IPushRule>) => {
      all(kind).push(rule(id, { ...body, default: false }));
    },
    deletePushRule: async (_: string, kind: string, id: string) => {
      all(kind).splice(all(kind).indexOf(find(kind, id)), 1);
    },
  } as unknown as MatrixClient;
}

const ALL = {
  enabled: true,
  direct: true,
  groups: true,
  mentions: true,
  everybody: true,
  invitations: true,
  keywords: [],
};

test("who changed nothing is told of everything, by servers that know no rules yet as well", () => {
  expect(rulesIn(defaults())).toEqual(ALL);
  expect(rulesIn(undefined)).toEqual(ALL);
});

test.each(["direct", "groups", "mentions", "everybody", "invitations"] as const)(
  "%s is turned off and on again without touching the rest",
  async (choice) => {
    const client = account(defaults());
    await keepRules(client, { [choice]: false });
    expect(rulesIn(client.pushRules)).toEqual({ ...ALL, [choice]: false });
    await keepRules(client, { [choice]: true });
    expect(rulesIn(client.pushRules)).toEqual(ALL);
  },
);

test("encrypted rooms follow the others", async () => {
  const client = account(defaults());
  await keepRules(client, { groups: false });
  const encrypted = client.pushRules?.global.underride?.find(
    ({ rule_id }) => rule_id === ".m.rule.encrypted",
  );
  expect(encrypted?.actions).toEqual([]);
});

test("everything is turned off by the one rule above all", async () => {
  const client = account(defaults());
  await keepRules(client, { enabled: false });
  expect(rulesIn(client.pushRules)).toEqual({ ...ALL, enabled: false });
});

test("keywords come and go, whatever is in them", async () => {
  const client = account(defaults());
  await keepRules(client, { keywords: ["Tee", ".a/b\\c"] });
  expect(rulesIn(client.pushRules).keywords).toEqual(["Tee", ".a/b\\c"]);
  expect(client.pushRules?.global.content?.map(({ rule_id }) => rule_id)).toEqual(["Tee", "a_b_c"]);
  await keepRules(client, { keywords: [".a/b\\c"] });
  expect(rulesIn(client.pushRules).keywords).toEqual([".a/b\\c"]);
});
