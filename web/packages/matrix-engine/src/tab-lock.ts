// One tab at a time holds an account: its stores must never be written by two. A tab that wants it takes it, and the
// tab that had it lets go first.

/** Held until `release`, or until another tab asks for it. */
export interface TabLock {
  release(): void;
}

const PATIENCE_MS = 10_000;

/**
 * Takes the account from whichever tab has it. `lost` is called once, when another tab asks: it must let go of the
 * stores, and only when its promise settles does the other tab go on.
 */
export async function takeAccount(userId: string, lost: () => Promise<void>): Promise<TabLock> {
  const name = `herold:${userId}`;
  const channel = new BroadcastChannel(name);
  let gone: Promise<void> | undefined;
  const lose = (): Promise<void> => {
    gone ??= lost();
    return gone;
  };
  // Heard from the start: another tab may ask while this one still waits.
  const asked = new Promise<void>((hear) => {
    channel.addEventListener("message", () => hear(), { once: true });
  });
  channel.postMessage("give");
  return new Promise((resolve, reject) => {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    let has = false;
    const held = (): Promise<void> =>
      new Promise((release) => {
        has = true;
        void asked.then(lose).then(release, release);
        resolve({ release });
      });
    navigator.locks
      .request(name, { signal: patience }, held)
      .catch((error: unknown) => {
        // A tab that hangs does not answer: the lock is taken from it.
        if (!has && patience.aborted) return navigator.locks.request(name, { steal: true }, held);
        throw error;
      })
      // Whoever hung and comes to again finds that the account was taken.
      .catch((error: unknown) => (has ? lose() : reject(error)))
      .finally(() => channel.close());
  });
}
