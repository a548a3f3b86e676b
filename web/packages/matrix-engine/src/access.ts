// Who may enter a room and who may read what was said before, between the app's words and the specification's.
import type { Access, HistoryVisibility } from "@herold/engine";

export const JOIN_RULES: Record<Access, string> = {
  invite: "invite",
  knock: "knock",
  restricted: "restricted",
  "knock-restricted": "knock_restricted",
  public: "public",
};

export const HISTORY: Record<HistoryVisibility, string> = {
  joined: "joined",
  invited: "invited",
  shared: "shared",
  world: "world_readable",
};

/** What is not known lets nobody in uninvited. */
export const accessOf = (joinRule: string | undefined): Access => keyOf(JOIN_RULES, joinRule) ?? "invite";
export const historyOf = (visibility: string | undefined): HistoryVisibility =>
  keyOf(HISTORY, visibility) ?? "shared";

/** The content of m.room.join_rules. `before` is kept where it says something else besides. */
export function joinRules(access: Access, spaces: readonly string[], before: object = {}): object {
  const allow = spaces.map((roomId) => ({ type: "m.room_membership", room_id: roomId }));
  const restricted = access === "restricted" || access === "knock-restricted";
  return { ...before, join_rule: JOIN_RULES[access], ...(restricted ? { allow } : {}) };
}

export function allowedSpaces(joinRules: Readonly<Record<string, unknown>> | undefined): string[] {
  const allow: unknown[] = Array.isArray(joinRules?.allow) ? joinRules.allow : [];
  return allow
    .filter((one): one is { room_id: string } => {
      const { type, room_id: roomId } = (one ?? {}) as { type?: unknown; room_id?: unknown };
      return type === "m.room_membership" && typeof roomId === "string";
    })
    .map((one) => one.room_id);
}

function keyOf<Key extends string>(table: Record<Key, string>, value: string | undefined): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => table[key] === value);
}
