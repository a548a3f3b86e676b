// One tab at a time holds an account: its stores must never be written by two. A tab that wants it takes it, and the
// tab that had it lets go first.

/** Held until `release`, or until another tab asks for it. */
export interface TabLock {
  release(): void;
}

const PATIENCE_MS = 10_000;

/**
 * Takes the account from whichever tab has it. `lost` is called when another tab asks: it must let go of the stores,
 * and only when its promise settles does the other tab go on.
 */
export async function takeAccount(userId: string, lost: () => Promise<void>): Promise<TabLock> {
  const name = `herold:${userId}`;
  const channel = new BroadcastChannel(name);
  channel.postMessage("give");
  return new Promise((resolve, reject) => {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const held = (): Promise<void> =>
      new Promise((release) => {
        channel.onmessage = () => void lost().finally(release);
        resolve({ release });
      });
    navigator.locks
      .request(name, { signal: patience }, held)
      // A tab that hangs does not answer: the lock is taken from it.
      .catch((error: unknown) => {
        if (patience.aborted) return navigator.locks.request(name, { steal: true }, held);
        throw error;
      })
      .catch(reject)
      .finally(() => channel.close());
  });
}
