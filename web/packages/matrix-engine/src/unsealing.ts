// Reads an encrypted event while no page of the app has the account: with a key that is here, or not at all. Nothing is
// synchronised, asked for or sent (docs/decisions/0011). No SDK here.
import { keyStoreOf, lockOf } from "./key-store.ts";
import type { StoredAccount } from "./stored-accounts.ts";

/** The keys of one device, opened. */
export interface OpenKeys {
  /** The event as it was before it was encrypted; fails without its key, and of senders that are not trusted. */
  read(event: string, roomId: string, onlyConfirmed: boolean): Promise<string>;
  close(): void;
}

/** The encryption that opens them. */
export interface Opener {
  readonly version: string;
  open(store: string, device: Pick<StoredAccount, "userId" | "deviceId">): Promise<OpenKeys>;
}

export interface Parts {
  readonly locks: Pick<LockManager, "request">;
  account(userId: string): Promise<StoredAccount | undefined>;
  storeVersion(account: StoredAccount): Promise<number | undefined>;
  opener(): Promise<Opener>;
}

export type Event = Record<string, unknown>;
/** Nothing when it cannot be read here, or not soon. */
export type Unseal = (userId: string, roomId: string, event: Event) => Promise<Event | undefined>;

/** A page that starts waits twice as long for the account (tab-lock.ts). */
const OPEN_WITHIN_MS = 5_000;

export function unsealing(parts: Parts): Unseal {
  let turn: Promise<unknown> = Promise.resolve();
  return (userId, roomId, event) => {
    const late = AbortSignal.timeout(OPEN_WITHIN_MS);
    const tooLate = new Promise<undefined>((give) => late.addEventListener("abort", () => give(undefined)));
    // Messages that come at once wait for each other here: at the lock, the second would find it taken and go.
    const opened = turn
      .then(() =>
        parts.locks.request(lockOf(userId), { ifAvailable: true }, async (lock) =>
          lock && !late.aborted ? read(parts, late, userId, roomId, event) : undefined,
        ),
      )
      .catch(() => undefined);
    const answer = Promise.race([opened, tooLate]);
    turn = answer;
    return answer;
  };
}

/** Under the account's lock. */
async function read(
  parts: Parts,
  late: AbortSignal,
  userId: string,
  roomId: string,
  event: Event,
): Promise<Event | undefined> {
  const account = await parts.account(userId);
  // A store that is gone would be made anew, and another encryption than the last page's would change it.
  if (!account?.keys || (await parts.storeVersion(account)) !== account.keys.storeVersion) return undefined;
  const opener = await parts.opener();
  if (opener.version !== account.keys.encryption || late.aborted) return undefined;
  const keys = await opener.open(keyStoreOf(account), account);
  try {
    late.throwIfAborted();
    return JSON.parse(await keys.read(wireOf(event), roomId, account.keys.onlyConfirmed));
  } finally {
    keys.close();
  }
}

/** What the encryption needs of an event. */
function wireOf({ event_id, type, sender, content, origin_server_ts }: Event): string {
  return JSON.stringify({ event_id, type, sender, content, origin_server_ts });
}
