// One tab at a time holds an account: its stores must never be written by two. A tab that wants it takes it, and the
// tab that had it lets go first.
import { Failure } from "@herold/engine";

import { lockOf } from "./key-store.ts";

/** Held until `release`, or until another tab asks for it. */
export interface TabLock {
  release(): void;
}

const PATIENCE_MS = 10_000;

/** What tabs say to each other: the later name goes first. One that waits answers a tab before it, which may not know. */
interface Asked {
  readonly from: string;
  readonly to?: string;
}

/**
 * Takes the account from whichever tab has it. `lost` is called once, when another tab asks: it must let go of the
 * stores, and only when its promise settles does the other tab go on. Of many tabs that ask at once, as after a
 * browser came back with all of its tabs, the last one has it, and the others fail as soon as they hear of it: each
 * would only open the stores to close them again, longer than those behind it have patience.
 */
export async function takeAccount(userId: string, lost: () => Promise<void>): Promise<TabLock> {
  const name = lockOf(userId);
  const channel = new BroadcastChannel(name);
  const mine = `${Date.now()} ${crypto.randomUUID()}`;
  const waiting = new AbortController();
  let has = false;
  let later = false;
  let gone: Promise<void> | undefined;
  const lose = (): Promise<void> => {
    gone ??= lost();
    return gone;
  };
  // Heard from the start: another tab may ask while this one still waits. Who has it gives it to anybody.
  const asked = new Promise<void>((hear) => {
    channel.addEventListener("message", ({ data: { from, to } }: MessageEvent<Asked>) => {
      if (to !== undefined && to !== mine) return;
      if (to === undefined && !has && from < mine) {
        channel.postMessage({ from: mine, to: from } satisfies Asked);
        return;
      }
      later = true;
      hear();
      waiting.abort();
    });
  });
  channel.postMessage({ from: mine } satisfies Asked);
  return new Promise((resolve, reject) => {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    patience.addEventListener("abort", () => waiting.abort());
    const held = (): Promise<void> =>
      new Promise((release) => {
        has = true;
        void asked.then(lose).then(release, release);
        resolve({ release });
      });
    navigator.locks
      .request(name, { signal: waiting.signal }, held)
      .catch((error: unknown) => {
        // A tab that hangs does not answer: the lock is taken from it.
        if (!has && !later && patience.aborted) return navigator.locks.request(name, { steal: true }, held);
        throw error;
      })
      // Whoever hung and comes to again finds that the account was taken.
      .catch((error: unknown) => {
        if (has) return lose();
        reject(later ? new Failure("in-other-tab", { cause: error }) : error);
      })
      .finally(() => channel.close());
  });
}
