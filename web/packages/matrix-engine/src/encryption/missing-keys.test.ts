import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { DecryptionError } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { CryptoEvent, DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { testClient } from "../testing.ts";
import { MissingKeys } from "./missing-keys.ts";

const MINUTES = 60_000;
const BACKUP = { version: "7", algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: {} };

let client: MatrixClient;
let missing: MissingKeys;
/** Why a message cannot be read; nothing once it can. */
let reason: DecryptionFailureCode | undefined;
let asked: string[];
let said: unknown[];
let keyHere: boolean;

const crypto = {
  decryptEvent: async (event: MatrixEvent) => {
    asked.push(event.getId() ?? "");
    if (reason) throw new DecryptionError(reason, "");
    return { clearEvent: { type: "m.room.message", content: { body: "Long ago" } } };
  },
  getSessionBackupPrivateKey: async () => (keyHere ? new Uint8Array(32) : null),
  isKeyBackupTrusted: async () => ({ matchesDecryptionKey: keyHere, trusted: true }),
  storeSessionBackupPrivateKey: async (_key: Uint8Array, version: string) => {
    said.push(version);
    client.emit(CryptoEvent.KeyBackupDecryptionKeyCached, version);
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  client = testClient(async () => Response.json(BACKUP));
  client.getCrypto = () => crypto as never;
  missing = new MissingKeys(client);
  reason = DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP;
  [asked, said, keyHere] = [[], [], true];
});

afterEach(() => {
  missing.stop();
  vi.useRealTimers();
});

async function come(eventId: string, session: string): Promise<MatrixEvent> {
  const event = client.getEventMapper({ decrypt: false })({
    type: "m.room.encrypted",
    event_id: eventId,
    room_id: "!a",
    sender: "@anna:example.org",
    content: { algorithm: "m.megolm.v1.aes-sha2", session_id: session },
  });
  await event.attemptDecryption(crypto as never);
  return event;
}

const open = () => client.emit(CryptoEvent.KeyBackupDecryptionKeyCached, "7");

test("a key that was not in the backup yet is asked for again, once for all that it opens", async () => {
  open();
  const event = await come("$1", "one key");
  await come("$2", "one key");
  await come("$3", "another");
  asked = [];
  await vi.advanceTimersByTimeAsync(6_000);
  expect(asked).toEqual(["$1", "$3"]);
  reason = undefined;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(event.getContent().body).toBe("Long ago");
  asked = [];
  await vi.advanceTimersByTimeAsync(10 * MINUTES);
  expect(asked).toEqual([]);
});

test("a key withheld from this device is asked for where the person's other devices bring it", async () => {
  reason = DecryptionFailureCode.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE;
  const event = await come("$1", "one key");
  open();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(asked).toHaveLength(2);
  reason = undefined;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(event.getContent().body).toBe("Long ago");
});

test("nobody asks as long as the backup is closed, nor for ever, and all over when it was opened", async () => {
  await come("$1", "one key");
  await vi.advanceTimersByTimeAsync(10 * MINUTES);
  expect(asked).toHaveLength(1);
  for (const _ of [1, 2]) {
    asked = [];
    open();
    await vi.advanceTimersByTimeAsync(10 * MINUTES);
    expect(asked).toHaveLength(5);
  }
  client.emit(CryptoEvent.KeyBackupStatus, false);
  await come("$2", "another");
  await vi.advanceTimersByTimeAsync(10 * MINUTES);
  expect(asked).toHaveLength(6);
});

test("what can never be read is not asked for", async () => {
  reason = DecryptionFailureCode.HISTORICAL_MESSAGE_USER_NOT_JOINED;
  open();
  await come("$1", "one key");
  await vi.advanceTimersByTimeAsync(10 * MINUTES);
  expect(asked).toHaveLength(1);
});

test("where the key of the backup is here and the SDK does not know, it is told", async () => {
  reason = DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED;
  keyHere = false;
  open();
  await come("$1", "one key");
  await vi.advanceTimersByTimeAsync(6_000);
  expect(said).toEqual([]);
  keyHere = true;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(said).toEqual(["7"]);
  // That it was told does not begin it all over.
  await vi.advanceTimersByTimeAsync(10 * MINUTES);
  expect(said).toHaveLength(4);
  expect(asked).toHaveLength(6);
});
