// What is kept nowhere beyond the page: for tests, and where a browser lets nobody keep anything.
import type { Kept } from "./preferences/preferences.model.ts";

export function keptInMemory(): Kept {
  const kept = new Map<string, string>();
  return {
    get: (name) => kept.get(name),
    set: (name, text) => void kept.set(name, text),
    remove: (name) => void kept.delete(name),
  };
}
