// What others said after all that was known: pure.
import type { TimelineItem } from "@herold/engine";

export function newcomers(
  before: readonly TimelineItem[],
  now: readonly TimelineItem[],
): readonly TimelineItem[] {
  const last = before.at(-1);
  if (!last) return [];
  const known = new Set(before.map(({ id }) => id));
  const from = now.findLastIndex(({ id }) => known.has(id));
  if (from < 0) return [];
  return now
    .slice(from + 1)
    .filter(({ mine, content }) => !mine && content.kind !== "membership" && content.kind !== "room");
}
