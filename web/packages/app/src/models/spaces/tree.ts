// Which rooms stand in which space, directly or in a space inside it: pure.
import type { RoomSummary } from "@herold/engine";

/** Everything below each space; rings, which nobody can forbid, end where they began. */
export function insideOf(rooms: readonly RoomSummary[], spaceId: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const { roomId, parents } of rooms)
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), roomId]);
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
