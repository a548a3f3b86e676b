// Messages whose keys are not here. The SDK asks the backup for each key once, and not even that where it looked at the
// backup a moment too early: before the device that has the key had brought it there, or while the recovery key was just
// being taken. Here it is asked again, later and later, until the key is there or nobody expects it any more.
import { type MatrixClient, type MatrixEvent, MatrixEventEvent } from "matrix-js-sdk";
import { CryptoEvent, DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";

import { cryptoOf, decryptAgain, serverBackup } from "./look.ts";

/** The SDK asks for no key twice within five seconds, and brings those that it makes there within ten. */
const PAUSES_MS = [6_000, 12_000, 24_000, 48_000, 96_000];
/** Keys that are waited for at a time. */
const KEYS_MAX = 200;

/** The key may be in the backup. */
const MAY_COME: ReadonlySet<DecryptionFailureCode | null> = new Set([
  DecryptionFailureCode.MEGOLM_UNKNOWN_INBOUND_SESSION_ID,
  // Withheld from this device, and not from others of the person, which bring it there.
  DecryptionFailureCode.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE,
  DecryptionFailureCode.OLM_UNKNOWN_MESSAGE_INDEX,
  DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED,
  DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP,
]);

interface Missing {
  /** One of those that the key opens: with it, all of them are opened. */
  readonly event: MatrixEvent;
  readonly tries: number;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

export class MissingKeys {
  readonly #client: MatrixClient;
  /** By the session that a key is of. */
  readonly #missing = new Map<string, Missing>();
  /** The backup can be read here. */
  #open = false;
  #sayingAgain: Promise<void> | undefined;

  constructor(client: MatrixClient) {
    this.#client = client;
    client.on(MatrixEventEvent.Decrypted, this.#looked);
    client.on(CryptoEvent.KeyBackupStatus, this.#changed);
    client.on(CryptoEvent.KeyBackupDecryptionKeyCached, this.#opened);
  }

  stop(): void {
    this.#client.off(MatrixEventEvent.Decrypted, this.#looked);
    this.#client.off(CryptoEvent.KeyBackupStatus, this.#changed);
    this.#client.off(CryptoEvent.KeyBackupDecryptionKeyCached, this.#opened);
    for (const { timer } of this.#missing.values()) clearTimeout(timer);
    this.#missing.clear();
  }

  readonly #changed = (enabled: boolean): void => {
    if (enabled) this.#opened();
    else this.#open = false;
  };

  /** What nobody expected any more is expected again. */
  readonly #opened = (): void => {
    if (this.#sayingAgain) return;
    this.#open = true;
    for (const [session, { event, timer }] of this.#missing) {
      clearTimeout(timer);
      this.#expect(session, event, 0);
    }
  };

  readonly #looked = (event: MatrixEvent): void => {
    const session: unknown = event.getWireContent().session_id;
    if (typeof session !== "string") return;
    const known = this.#missing.get(session);
    if (!MAY_COME.has(event.decryptionFailureReason)) {
      clearTimeout(known?.timer);
      this.#missing.delete(session);
    } else if (!known) this.#expect(session, event, 0);
  };

  #expect(session: string, event: MatrixEvent, tries: number): void {
    const pause = this.#open ? PAUSES_MS[tries] : undefined;
    const timer =
      pause === undefined ? undefined : setTimeout(() => void this.#again(session, event, tries), pause);
    this.#missing.set(session, { event, tries, timer });
    for (const [oldest, { timer: waits }] of this.#missing) {
      if (this.#missing.size <= KEYS_MAX) break;
      clearTimeout(waits);
      this.#missing.delete(oldest);
    }
  }

  async #again(session: string, event: MatrixEvent, tries: number): Promise<void> {
    const failing = event.isDecryptionFailure() && !event.isRedacted();
    // Failing, it asks the backup for its key; which opens it, if it is there.
    if (failing) await decryptAgain(this.#client, event);
    if (!failing || !this.#missing.has(session)) {
      this.#missing.delete(session);
      return;
    }
    this.#expect(session, event, tries + 1);
    const unseen = DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED;
    if (event.decryptionFailureReason === unseen) await this.#sayAgain().catch(() => undefined);
  }

  /** That the key of the backup is here: the SDK found that it was not, and looks again only when it is told. */
  async #sayAgain(): Promise<void> {
    this.#sayingAgain ??= this.#sayNow();
    try {
      await this.#sayingAgain;
    } finally {
      this.#sayingAgain = undefined;
    }
  }

  async #sayNow(): Promise<void> {
    const crypto = cryptoOf(this.#client);
    const backup = await serverBackup(this.#client);
    const key = await crypto.getSessionBackupPrivateKey();
    if (!backup?.version || !key || !(await crypto.isKeyBackupTrusted(backup)).matchesDecryptionKey) return;
    await crypto.storeSessionBackupPrivateKey(key, backup.version);
  }
}
