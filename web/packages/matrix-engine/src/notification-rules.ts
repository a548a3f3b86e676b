// What the person wants to be told about, as push rules of the account. The names are the specification's.
import type { NotificationRules } from "@herold/engine";
import {
  type IPushRule,
  type IPushRules,
  type MatrixClient,
  type PushRuleAction,
  PushRuleActionName,
  PushRuleKind,
  TweakName,
} from "matrix-js-sdk";

const MASTER = ".m.rule.master";

type Choice = Exclude<keyof NotificationRules, "enabled" | "keywords">;

/** Where each choice stands; the first of its rules says whether it is so. */
const RULES: Record<Choice, { readonly kind: PushRuleKind; readonly ids: readonly string[] }> = {
  direct: {
    kind: PushRuleKind.Underride,
    ids: [".m.rule.room_one_to_one", ".m.rule.encrypted_room_one_to_one"],
  },
  groups: { kind: PushRuleKind.Underride, ids: [".m.rule.message", ".m.rule.encrypted"] },
  mentions: {
    kind: PushRuleKind.Override,
    ids: [".m.rule.is_user_mention", ".m.rule.contains_display_name"],
  },
  everybody: { kind: PushRuleKind.Override, ids: [".m.rule.is_room_mention", ".m.rule.roomnotif"] },
  invitations: { kind: PushRuleKind.Override, ids: [".m.rule.invite_for_me"] },
};

const SOUND = { set_tweak: TweakName.Sound, value: "default" } as PushRuleAction;
const HIGHLIGHT = { set_tweak: TweakName.Highlight } as PushRuleAction;
const NOTIFY = PushRuleActionName.Notify;

/** As the specification has them, where they notify. */
const ACTIONS: Record<Choice | "keywords", readonly PushRuleAction[]> = {
  direct: [NOTIFY, SOUND],
  groups: [NOTIFY],
  mentions: [NOTIFY, SOUND, HIGHLIGHT],
  everybody: [NOTIFY, HIGHLIGHT],
  invitations: [NOTIFY, SOUND],
  keywords: [NOTIFY, SOUND, HIGHLIGHT],
};

export function rulesIn(rules: IPushRules | undefined): NotificationRules {
  const all = (kind: PushRuleKind): readonly IPushRule[] => rules?.global[kind as "override"] ?? [];
  const notifies = (choice: Choice): boolean => {
    const { kind, ids } = RULES[choice];
    const rule = all(kind).find(({ rule_id }) => rule_id === ids[0]);
    // Servers that are older than a rule do as if it were the usual one.
    return rule === undefined || (rule.enabled && rule.actions.includes(NOTIFY));
  };
  const master = all(PushRuleKind.Override).find(({ rule_id }) => rule_id === MASTER);
  return {
    enabled: master?.enabled !== true,
    direct: notifies("direct"),
    groups: notifies("groups"),
    mentions: notifies("mentions"),
    everybody: notifies("everybody"),
    invitations: notifies("invitations"),
    keywords: keywordRules(rules).map(({ pattern }) => pattern ?? ""),
  };
}

function keywordRules(rules: IPushRules | undefined): readonly IPushRule[] {
  return (rules?.global.content ?? []).filter(
    (rule) => rule.enabled && !rule.default && rule.pattern && rule.actions.includes(NOTIFY),
  );
}

/** Changes the rules of the account; what does not exist there is left out. */
export async function keepRules(client: MatrixClient, changed: Partial<NotificationRules>): Promise<void> {
  const { enabled, keywords, ...choices } = changed;
  if (enabled !== undefined)
    await client.setPushRuleEnabled("global", PushRuleKind.Override, MASTER, !enabled);
  for (const [choice, wanted] of Object.entries(choices) as [Choice, boolean][]) {
    for (const ruleId of present(client.pushRules, choice)) {
      const { kind } = RULES[choice];
      await client.setPushRuleActions("global", kind, ruleId, wanted ? [...ACTIONS[choice]] : []);
      await client.setPushRuleEnabled("global", kind, ruleId, true);
    }
  }
  if (keywords) await keepKeywords(client, keywords);
  client.setPushRules(await client.getPushRules());
}

function present(rules: IPushRules | undefined, choice: Choice): readonly string[] {
  const { kind, ids } = RULES[choice];
  return ids.filter((id) => rules?.global[kind as "override"]?.some(({ rule_id }) => rule_id === id));
}

async function keepKeywords(client: MatrixClient, wanted: readonly string[]): Promise<void> {
  const known = keywordRules(client.pushRules);
  for (const { rule_id, pattern } of known) {
    if (wanted.includes(pattern ?? "")) continue;
    await client.deletePushRule("global", PushRuleKind.ContentSpecific, rule_id);
  }
  for (const keyword of wanted) {
    if (known.some(({ pattern }) => pattern === keyword)) continue;
    await client.addPushRule("global", PushRuleKind.ContentSpecific, ruleIdFor(keyword), {
      pattern: keyword,
      actions: [...ACTIONS.keywords],
    });
  }
}

/** Ids neither begin with a point nor contain slashes. */
function ruleIdFor(keyword: string): string {
  return keyword.replace(/[/\\]/g, "_").replace(/^\.+/, "");
}
