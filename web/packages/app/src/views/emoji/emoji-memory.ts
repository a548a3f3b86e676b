// What this browser remembers of emoji and stickers: those used lately, and the skin tone.
import type { Kept } from "../../models/preferences/preferences.model.ts";
import { kept } from "../../screen/kept.ts";

const nameFor = (name: string): string => `herold.emoji.${name}`;

export const emojiMemory: Kept = {
  get: (name) => kept.get(nameFor(name)),
  set: (name, text) => kept.set(nameFor(name), text),
  remove: (name) => kept.remove(nameFor(name)),
};

export function skinTone(): number {
  return Number(emojiMemory.get("tone") ?? 0) || 0;
}

/** What somebody used says whom and where they write to. */
export function forgetUsed(): void {
  for (const name of ["recent", "recent-stickers"]) emojiMemory.remove(name);
}
