// Whose devices are trusted with messages: those that their owners signed, as the specification wants it; others get no
// keys, and what is written on them is not shown (client-server API, "Device verification"; MSC4153). It is kept with the
// browser: whoever runs the server, and could add a device to anybody's account, must not be able to change it.
import { type Live, signal } from "@herold/engine";
import { type MatrixClient, type MatrixEvent, MatrixEventEvent } from "matrix-js-sdk";
import {
  AllDevicesIsolationMode,
  CryptoEvent,
  DecryptionFailureCode,
  OnlySignedDevicesIsolationMode,
} from "matrix-js-sdk/lib/crypto-api/index.js";

import { decryptAgain } from "./look.ts";

/** There when devices that nobody signed are written to as well. */
const ALL_DEVICES = "org.herold.all_devices";
/** Messages that wait for their sender's signature; what is older is looked at again by the next page. */
const REFUSED_MAX = 1_000;
const REFUSED: ReadonlySet<unknown> = new Set([
  DecryptionFailureCode.UNSIGNED_SENDER_DEVICE,
  DecryptionFailureCode.UNKNOWN_SENDER_DEVICE,
  DecryptionFailureCode.SENDER_IDENTITY_PREVIOUSLY_VERIFIED,
]);

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class DevicePolicy {
  readonly #client: MatrixClient;
  readonly #storage: Kept;
  readonly #onlyConfirmed;
  readonly #refused = new Set<MatrixEvent>();

  readonly onlyConfirmed: Live<boolean>;

  constructor(client: MatrixClient, storage: Kept) {
    this.#client = client;
    this.#storage = storage;
    this.#onlyConfirmed = signal(storage.getItem(ALL_DEVICES) === null);
    this.onlyConfirmed = this.#onlyConfirmed;
    client.on(MatrixEventEvent.Decrypted, (event) => this.#decrypted(event));
    client.on(CryptoEvent.DevicesUpdated, (users) => this.#tryAgain(new Set(users)));
    client.on(CryptoEvent.UserTrustStatusChanged, (userId) => this.#tryAgain(new Set([userId])));
  }

  set(onlyConfirmed: boolean): void {
    if (onlyConfirmed) this.#storage.removeItem(ALL_DEVICES);
    else this.#storage.setItem(ALL_DEVICES, "yes");
    this.#onlyConfirmed.value = onlyConfirmed;
    this.apply();
    this.#tryAgain();
  }

  /** Before anything is sent or read. */
  apply(): void {
    const mode = this.#onlyConfirmed.peek()
      ? new OnlySignedDevicesIsolationMode()
      : new AllDevicesIsolationMode(true);
    this.#client.getCrypto()?.setDeviceIsolationMode(mode);
  }

  #decrypted(event: MatrixEvent): void {
    this.#refused.delete(event);
    if (!REFUSED.has(event.decryptionFailureReason)) return;
    this.#refused.add(event);
    for (const oldest of this.#refused) {
      if (this.#refused.size <= REFUSED_MAX) break;
      this.#refused.delete(oldest);
    }
  }

  /** A device may have been signed since: what was refused heals by itself. */
  #tryAgain(senders?: ReadonlySet<string>): void {
    for (const event of [...this.#refused]) {
      if (senders && !senders.has(event.getSender() ?? "")) continue;
      void decryptAgain(this.#client, event);
    }
  }
}
