// The pictures and videos of a conversation, one after the other.
import type { Content, TimelineItem } from "@herold/engine";

export interface Shown {
  readonly id: string;
  readonly content: Extract<Content, { kind: "image" | "video" }>;
  readonly sender: TimelineItem["sender"];
  readonly atMs: number;
}

export function picturesOf(items: readonly TimelineItem[]): readonly Shown[] {
  return items.flatMap(({ id, content, sender, atMs }) =>
    content.kind === "image" || content.kind === "video" ? [{ id, content, sender, atMs }] : [],
  );
}

/** How a picture lies: how large, and how far from the middle. */
export interface Lie {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Lie = { scale: 1, x: 0, y: 0 };
const SCALE_MAX = 8;

/** Larger or smaller by a factor, so that what is under the pointer stays there. */
export function zoomed(lie: Lie, factor: number, at: { readonly x: number; readonly y: number }): Lie {
  const scale = Math.min(SCALE_MAX, Math.max(1, lie.scale * factor));
  if (scale === 1) return WHOLE;
  const grown = scale / lie.scale;
  return { scale, x: at.x - (at.x - lie.x) * grown, y: at.y - (at.y - lie.y) * grown };
}

export function moved(lie: Lie, x: number, y: number): Lie {
  return lie.scale === 1 ? lie : { ...lie, x: lie.x + x, y: lie.y + y };
}
