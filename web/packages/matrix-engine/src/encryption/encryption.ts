// How safe the account and this device are, and everything that is done about it.
//
// Only this file decides when to look: after the first answer of the server, when something that the state depends on
// has changed, and now and then. While something is being done nothing is looked at, so that no state in between is
// shown.
import {
  type AskPassword,
  type ChangedIdentity,
  type Device,
  type Encryption,
  type EncryptionState,
  Failure,
  type IdentityState,
  type Live,
  signal,
} from "@herold/engine";
import { ClientEvent, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

import { equal } from "../equal.ts";
import { failing } from "../failures.ts";
import { devicesOf } from "./devices.ts";
import { Identities } from "./identities.ts";
import { type Facts, judge } from "./judge.ts";
import { lock, unlock } from "./key-file.ts";
import { cryptoOf, look } from "./look.ts";
import { keyCounts } from "./machine.ts";
import * as mending from "./mending.ts";
import { MissingKeys } from "./missing-keys.ts";
import { acknowledge } from "./noting.ts";
import { withPassword } from "./password-proof.ts";
import type { DevicePolicy } from "./policy.ts";
import type { SecretStorageKeys } from "./secret-storage-keys.ts";

/** Changes come in flocks. */
const QUIET_MS = 300;
/** A backup that was taken away elsewhere is not told of by itself. */
const NOW_AND_THEN_MS = 30 * 60_000;
/** How long the other device may take to hand over what it knows. */
const SETTLING_MS = 45_000;
const SETTLING_LOOK_MS = 1500;
/** The SDK waits up to ten seconds before it writes keys into the backup. */
const UPLOAD_MS = 15_000;
const UPLOAD_LOOK_MS = 500;

export class MatrixEncryption implements Encryption {
  readonly #client: MatrixClient;
  readonly #keys: SecretStorageKeys;
  readonly #keysCame: () => void;
  readonly #identities: Identities;
  readonly #missingKeys: MissingKeys;
  readonly #policy: DevicePolicy;
  readonly #state = signal<EncryptionState>({ kind: "checking" });
  readonly #devices = signal<readonly Device[]>([]);
  #facts: Facts | undefined;
  /** The backup that what the recovery key locks was seen not to open. */
  #staysClosed = false;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #doing: Promise<unknown> | undefined;
  #looking: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  readonly state: Live<EncryptionState> = this.#state;
  readonly devices: Live<readonly Device[]> = this.#devices;
  readonly onlyConfirmedDevices: Live<boolean>;

  /** `keysCame` is called when keys of older messages were brought in by hand. */
  constructor(client: MatrixClient, keys: SecretStorageKeys, policy: DevicePolicy, keysCame: () => void) {
    this.#client = client;
    this.#policy = policy;
    this.onlyConfirmedDevices = policy.onlyConfirmed;
    this.#keys = keys;
    this.#keysCame = keysCame;
    this.#identities = new Identities(client);
    this.#missingKeys = new MissingKeys(client);
    this.#follow();
  }

  check(): Promise<void> {
    return failing(() => this.#look(true));
  }

  setUp(askPassword: AskPassword): Promise<string> {
    return this.#do(() => mending.setUp(this.#client, this.#keys, askPassword));
  }

  recover(recoveryKey: string): Promise<void> {
    return this.#do(async () => {
      const closed = await mending.recover(this.#client, this.#keys, recoveryKey);
      this.#staysClosed = closed !== undefined;
    });
  }

  async noteRecoveryKey(): Promise<void> {
    await failing(() => acknowledge(this.#client));
    await this.#look(false).catch(() => undefined);
  }

  repair(): Promise<string | undefined> {
    return this.#do(async () => {
      const made = await mending.repair(this.#client, this.#keys, await this.#factsNow(true));
      this.#staysClosed = false;
      return made;
    });
  }

  changeRecoveryKey(): Promise<string> {
    return this.#do(async () => {
      const facts = await this.#factsNow(true);
      if (!facts.privateKeysHere) throw new Failure("forbidden", { detail: "this device is not confirmed" });
      return mending.changeRecoveryKey(this.#client, this.#keys, facts.backup?.keyHere ? "keep" : "replace");
    });
  }

  reset(askPassword: AskPassword): Promise<string> {
    return this.#do(async () => {
      const words = await mending.reset(this.#client, this.#keys, askPassword);
      this.#staysClosed = false;
      return words;
    });
  }

  async nothingWouldBeLost(): Promise<boolean> {
    await this.check();
    const { kind } = this.#state.peek();
    const { total, backedUp } = await keyCounts(this.#client);
    // A device that has no keys of messages can lose none.
    if (kind !== "safe") return kind === "unconfirmed" && total === 0;
    return failing(() => this.#uploaded(total - backedUp));
  }

  async exportKeys(passphrase: string): Promise<Blob> {
    const words = await failing(() => cryptoOf(this.#client).exportRoomKeysAsJson());
    return new Blob([await lock(words, passphrase)], { type: "text/plain" });
  }

  async importKeys(file: Blob, passphrase: string): Promise<number> {
    const words = await unlock(await file.text(), passphrase);
    const count = countOf(words);
    await failing(() => cryptoOf(this.#client).importRoomKeysAsJson(words));
    this.#keysCame();
    this.#lookSoon();
    return count;
  }

  async refreshDevices(): Promise<void> {
    const found = await failing(() => devicesOf(this.#client));
    if (!equal(found, this.#devices.peek())) this.#devices.value = found;
  }

  async renameDevice(deviceId: string, name: string): Promise<void> {
    await failing(() => this.#client.setDeviceDetails(deviceId, { display_name: name.trim() }));
    await this.refreshDevices();
  }

  async signOutDevices(deviceIds: readonly string[], askPassword: AskPassword): Promise<void> {
    await failing(() =>
      withPassword(this.#client, askPassword, (auth) =>
        this.#client.deleteMultipleDevices([...deviceIds], auth ?? undefined),
      ),
    );
    await this.refreshDevices();
  }

  setOnlyConfirmedDevices(only: boolean): void {
    this.#policy.set(only);
  }

  identity(userId: string): Live<IdentityState> {
    return this.#identities.identity(userId);
  }

  acceptIdentity(userId: string): Promise<void> {
    return failing(() => this.#identities.accept(userId));
  }

  changedIdentities(roomId: string): Live<readonly ChangedIdentity[]> {
    return this.#identities.changedIn(roomId);
  }

  /** Lets go of the client. */
  stop(): void {
    this.#stopped = true;
    this.#missingKeys.stop();
    clearTimeout(this.#timer);
  }

  #follow(): void {
    const soon = (): void => this.#lookSoon();
    const own = (userId: string): void => {
      if (userId === this.#client.getUserId()) soon();
    };
    this.#client.on(CryptoEvent.KeysChanged, soon);
    this.#client.on(CryptoEvent.KeyBackupStatus, soon);
    this.#client.on(CryptoEvent.KeyBackupFailed, soon);
    this.#client.on(CryptoEvent.KeyBackupSessionsRemaining, soon);
    this.#client.on(CryptoEvent.KeyBackupDecryptionKeyCached, soon);
    this.#client.on(CryptoEvent.UserTrustStatusChanged, own);
    this.#client.on(CryptoEvent.DevicesUpdated, (users) => {
      for (const userId of users) own(userId);
      if (this.#devices.peek().length > 0) this.refreshDevices().catch(() => undefined);
    });
    this.#client.on(ClientEvent.AccountData, (event: MatrixEvent) => {
      if (/^(m\.(secret_storage|cross_signing|megolm_backup)|org\.herold)\./.test(event.getType())) soon();
    });
    this.#client.on(ClientEvent.Sync, () => {
      if (this.#facts !== undefined || !this.#client.isInitialSyncComplete()) return;
      soon();
    });
  }

  #lookSoon(delayMs = QUIET_MS): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      // What cannot be looked at now is looked at when the server answers again, or now and then.
      this.#look(this.#facts === undefined).catch(() => undefined);
    }, delayMs);
  }

  async #look(fresh: boolean): Promise<void> {
    if (this.#stopped || this.#doing || !this.#client.getCrypto()) return;
    // One look at a time; who comes while it is under way wants to see what it may have missed.
    await this.#looking?.catch(() => undefined);
    this.#looking = this.#lookNow(fresh);
    await this.#looking;
  }

  async #lookNow(fresh: boolean): Promise<void> {
    try {
      await this.#factsNow(fresh);
    } finally {
      const { kind } = this.#state.peek();
      this.#lookSoon(kind === "settling" ? SETTLING_LOOK_MS : NOW_AND_THEN_MS);
    }
  }

  async #factsNow(fresh: boolean): Promise<Facts> {
    const seen = await look(this.#client, fresh);
    const facts = this.#staysClosed ? { ...seen, recovery: { ...seen.recovery, backup: false } } : seen;
    if (facts.confirmed && this.#facts?.confirmed === false) this.#confirmedAtMs = Date.now();
    this.#facts = facts;
    const state = judge(facts, Date.now() - this.#confirmedAtMs < SETTLING_MS);
    if (!this.#doing && !equal(state, this.#state.peek())) this.#state.value = state;
    return facts;
  }

  /** One thing at a time, and a look at what came of it before anybody is told. */
  async #do<T>(act: () => Promise<T>): Promise<T> {
    while (this.#doing) await this.#doing.catch(() => undefined);
    const doing = failing(act);
    this.#doing = doing;
    try {
      return await doing;
    } finally {
      this.#doing = undefined;
      await this.#look(true).catch(() => undefined);
    }
  }

  async #uploaded(waiting: number): Promise<boolean> {
    const until = Date.now() + UPLOAD_MS;
    for (let left = waiting; left > 0; ) {
      if (Date.now() > until) return false;
      await new Promise((resume) => setTimeout(resume, UPLOAD_LOOK_MS));
      const { total, backedUp } = await keyCounts(this.#client);
      left = total - backedUp;
    }
    return true;
  }
}

function countOf(words: string): number {
  try {
    const keys: unknown = JSON.parse(words);
    if (Array.isArray(keys)) return keys.length;
  } catch (cause) {
    throw new Failure("broken-file", { cause });
  }
  throw new Failure("broken-file");
}
