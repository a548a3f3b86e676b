// What a room tells about, as push rules.
import type { RoomDetails } from "@herold/engine";
import {
  ConditionKind,
  type IPushRule,
  type MatrixClient,
  PushRuleActionName,
  PushRuleKind,
} from "matrix-js-sdk";

type Notify = RoomDetails["notify"];

export function notifyOf(client: MatrixClient, roomId: string): Notify {
  const rules = client.pushRules?.global;
  if (rules?.override?.some((rule) => rule.rule_id === roomId && rule.enabled && isMute(rule, roomId)))
    return "none";
  const room = rules?.room?.find((rule) => rule.rule_id === roomId && rule.enabled);
  if (!room) return "default";
  return room.actions.includes(PushRuleActionName.Notify) ? "all" : "mentions";
}

/** Rooms that never tell anything. */
export function isMute(rule: IPushRule, roomId: string): boolean {
  return (
    rule.actions.every((action) => action === PushRuleActionName.DontNotify) &&
    rule.conditions?.length === 1 &&
    rule.conditions[0]?.kind === ConditionKind.EventMatch &&
    rule.conditions[0].key === "room_id" &&
    rule.conditions[0].pattern === roomId
  );
}

export async function setNotify(client: MatrixClient, roomId: string, notify: Notify): Promise<void> {
  const rules = client.pushRules?.global;
  const has = (kind: "override" | "room"): boolean =>
    rules?.[kind]?.some((rule) => rule.rule_id === roomId) ?? false;
  if (notify === "none") {
    await client.addPushRule("global", PushRuleKind.Override, roomId, {
      actions: [],
      conditions: [{ kind: ConditionKind.EventMatch, key: "room_id", pattern: roomId }],
    });
  } else if (has("override")) await client.deletePushRule("global", PushRuleKind.Override, roomId);
  if (notify === "all" || notify === "mentions") {
    const actions = notify === "all" ? [PushRuleActionName.Notify] : [];
    await client.addPushRule("global", PushRuleKind.RoomSpecific, roomId, { actions });
  } else if (has("room")) await client.deletePushRule("global", PushRuleKind.RoomSpecific, roomId);
  client.setPushRules(await client.getPushRules());
}
