// Which rooms stand in which space, directly or in a space inside it: pure.
import type { RoomSummary } from "@herold/engine";

/** The rooms that stand directly in each space. */
export function childrenOf(rooms: readonly RoomSummary[]): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const { roomId, parents } of rooms) {
    for (const parent of parents) {
      const known = children.get(parent);
      if (known) known.push(roomId);
      else children.set(parent, [roomId]);
    }
  }
  return children;
}

/** Everything below a space; rings, which nobody can forbid, end where they began. */
export function insideOf(
  children: ReadonlyMap<string, readonly string[]>,
  spaceId: string,
): ReadonlySet<string> {
  const inside = new Set<string>();
  const open = [spaceId];
  for (let space = open.pop(); space !== undefined; space = open.pop()) {
    for (const child of children.get(space) ?? []) {
      if (inside.has(child)) continue;
      inside.add(child);
      open.push(child);
    }
  }
  return inside;
}
