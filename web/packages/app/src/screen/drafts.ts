// What was written and not sent: kept as long as the tab is open, and nowhere longer, since it may be about to be
// encrypted.
import type { Kept } from "../models/preferences/preferences.model.ts";

const nameFor = (userId: string, name: string): string => `herold.draft.${userId}.${name}`;

export function draftsOf(userId: string): Kept {
  return {
    get: (name) => trying(() => sessionStorage.getItem(nameFor(userId, name)) ?? undefined),
    set: (name, text) => trying(() => sessionStorage.setItem(nameFor(userId, name), text)),
    remove: (name) => trying(() => sessionStorage.removeItem(nameFor(userId, name))),
  };
}

export function forgetDraftsOf(userId: string): void {
  trying(() => {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith(nameFor(userId, ""))) sessionStorage.removeItem(name);
  });
}

/** A browser may forbid it, or be full: then nothing is kept. */
function trying<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
