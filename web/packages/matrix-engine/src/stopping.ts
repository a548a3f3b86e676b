// What the SDK has begun by itself, and goes on with when a session is stopped: it fails where nobody hears it. A tab
// that starts while another one asks for the account is in the midst of all of it.
import type { MatrixClient } from "matrix-js-sdk";
import { SyncApi } from "matrix-js-sdk/lib/sync.js";

type Ask = (...about: unknown[]) => Promise<unknown>;

const api = SyncApi.prototype as unknown as { doSyncRequest: Ask };
const ask = api.doSyncRequest;

/** The first answer is asked for before what is stored was read: whoever stops in between never comes to wait for it. */
api.doSyncRequest = function heard(this: unknown, ...about) {
  const answer = ask.apply(this, about);
  answer.catch(() => undefined);
  return answer;
};

/** The part of the SDK that is private to it. */
interface Backups {
  readonly backupManager?: { olmMachine: object };
}

const never = (): Promise<never> => new Promise(() => undefined);

/**
 * Of a client that is about to be stopped: the look at the backup, which begins with the encryption and asks the server
 * in between, would go on with an encryption that is closed. What it asks of it from now on is never answered.
 */
export function leaveBackup(client: MatrixClient): void {
  const manager = (client.getCrypto() as unknown as Backups | undefined)?.backupManager;
  if (manager) manager.olmMachine = new Proxy({}, { get: () => never });
}
