// Whom one may call from a room of several: a call is between two, in the conversation that one has with them.
import type { Member, RoomSummary } from "@herold/engine";

export interface Callee {
  readonly userId: string;
  readonly name: string;
  /** The conversation with them. */
  readonly roomId: string;
}

/** More of them are found faster among the members. */
export const CALLEES_MAX = 8;

/** Those of the room with whom one has a conversation, the one that was used last first. */
export function calleesIn(members: readonly Member[], rooms: readonly RoomSummary[]): readonly Callee[] {
  const here = new Map(
    members.filter(({ membership }) => membership === "joined").map((member) => [member.userId, member]),
  );
  const callees: Callee[] = [];
  for (const { direct, membership, roomId } of rooms) {
    const member = direct === undefined ? undefined : here.get(direct);
    if (!member || membership !== "joined") continue;
    // Of several conversations with somebody it is the newest.
    here.delete(member.userId);
    callees.push({ userId: member.userId, name: member.name, roomId });
  }
  return callees.slice(0, CALLEES_MAX);
}
