// What a room tells about, as push rules.
import type { RoomDetails } from "@herold/engine";
import {
  ConditionKind,
  type IPushRule,
  type IPushRules,
  type MatrixClient,
  PushRuleActionName,
  PushRuleKind,
} from "matrix-js-sdk";

type Notify = RoomDetails["notify"];

export function notifyOf(rules: IPushRules | undefined, roomId: string): Notify {
  if (rules?.global.override?.some((rule) => mutedBy(rule) === roomId)) return "none";
  const room = rules?.global.room?.find((rule) => rule.rule_id === roomId && rule.enabled);
  if (!room) return "default";
  return room.actions.includes(PushRuleActionName.Notify) ? "all" : "mentions";
}

/** Rooms that never tell anything: those of which `notifyOf` says "none". */
export function mutedRooms(rules: IPushRules | undefined): ReadonlySet<string> {
  const rooms = (rules?.global.override ?? []).map(mutedBy);
  return new Set(rooms.filter((roomId) => roomId !== undefined));
}

/** The room that a rule silences, whatever is said there. */
function mutedBy({ actions, conditions, enabled }: IPushRule): string | undefined {
  const [condition] = conditions ?? [];
  if (!enabled || conditions?.length !== 1 || condition?.kind !== ConditionKind.EventMatch) return undefined;
  if (condition.key !== "room_id" || typeof condition.pattern !== "string") return undefined;
  // Clients of old say with an action that there is none.
  return actions.every((action) => action === PushRuleActionName.DontNotify) ? condition.pattern : undefined;
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
