// The encryption itself, with a store as browsers have it: what the worker reads, and what it must not.
import "fake-indexeddb/auto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as encryption from "@matrix-org/matrix-sdk-crypto-wasm";
import { beforeAll, expect, test } from "vitest";

import { keyStoreOf } from "./key-store.ts";
import { openerFrom } from "./opener.ts";
import type { Opener } from "./unsealing.ts";

const {
  CollectStrategy,
  DecryptionErrorCode,
  DeviceId,
  DeviceLists,
  EncryptionSettings,
  LocalTrust,
  OlmMachine,
  RequestType,
  RoomId,
  StoreHandle,
  UserId,
} = encryption;

const ROOM = "!r:example.org";
const anna = { userId: "@anna:example.org", deviceId: "A" };
const bert = { userId: "@bert:example.org", deviceId: "B" };
const store = keyStoreOf(anna);

let opener: Opener;
let sealed: string;

interface Keys {
  readonly device_keys: object;
  readonly one_time_keys: Readonly<Record<string, object>>;
}

/** The keys of Anna's device as a page opens them. */
async function pageOf(): Promise<encryption.OlmMachine> {
  const handle = await StoreHandle.open(store, undefined);
  const page = await OlmMachine.initFromStore(new UserId(anna.userId), new DeviceId(anna.deviceId), handle);
  handle.free();
  return page;
}

/** What a device tells the server of itself. */
async function keysOf(machine: encryption.OlmMachine): Promise<Keys> {
  const requests = (await machine.outgoingRequests()) as { type: number; body: string }[];
  return JSON.parse(requests.find(({ type }) => type === RequestType.KeysUpload)?.body ?? "{}");
}

/** A page of Anna's is told a key by a device of Bert's that nobody signed, and is closed; answers with a message. */
async function messageOfUnsigned(): Promise<string> {
  const page = await pageOf();
  const other = await OlmMachine.initialize(new UserId(bert.userId), new DeviceId(bert.deviceId));
  const reader = () => [new UserId(anna.userId)];
  const { device_keys, one_time_keys } = await keysOf(page);
  const of = (what: object) => ({ [anna.userId]: { [anna.deviceId]: what } });

  await other.updateTrackedUsers(reader());
  const query = other.queryKeysForUsers(reader());
  const known = JSON.stringify({ device_keys: of(device_keys), failures: {} });
  await other.markRequestAsSent(query.id, query.type, known);
  const claim = await other.getMissingSessions(reader());
  if (!claim) throw new Error("the device is not known");
  const first = Object.fromEntries(Object.entries(one_time_keys).slice(0, 1));
  const claimed = JSON.stringify({ one_time_keys: of(first), failures: {} });
  await other.markRequestAsSent(claim.id, claim.type, claimed);

  const settings = new EncryptionSettings();
  settings.sharingStrategy = CollectStrategy.allDevices();
  const [told] = await other.shareRoomKey(new RoomId(ROOM), reader(), settings);
  const content = JSON.parse(told?.body ?? "{}").messages[anna.userId][anna.deviceId];
  const event = { sender: bert.userId, type: "m.room.encrypted", content };
  await page.receiveSyncChanges(JSON.stringify([event]), new DeviceLists(), new Map());
  page.close();

  const said = JSON.stringify({ msgtype: "m.text", body: "Tea?" });
  const locked = await other.encryptRoomEvent(new RoomId(ROOM), "m.room.message", said);
  other.close();
  return JSON.stringify({
    event_id: "$e",
    type: "m.room.encrypted",
    sender: bert.userId,
    origin_server_ts: 0,
    content: JSON.parse(locked),
  });
}

/** Anna confirms another device of hers: those are asked for keys. */
async function confirmOther(): Promise<void> {
  const page = await pageOf();
  const [owner, id] = [new UserId(anna.userId), new DeviceId("C")];
  const other = await OlmMachine.initialize(owner, id);
  const { device_keys } = await keysOf(other);
  other.close();
  await page.updateTrackedUsers([new UserId(anna.userId)]);
  const query = page.queryKeysForUsers([new UserId(anna.userId)]);
  const known = JSON.stringify({ device_keys: { [anna.userId]: { C: device_keys } }, failures: {} });
  await page.markRequestAsSent(query.id, query.type, known);
  const device = await page.getDevice(new UserId(anna.userId), new DeviceId("C"));
  await device?.setLocalTrust(LocalTrust.Verified);
  // It holds the store.
  device?.free();
  page.close();
}

beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve("@matrix-org/matrix-sdk-crypto-wasm");
  const wasm = await readFile(new URL("pkg/matrix_sdk_crypto_wasm_bg.wasm", `file://${file}`));
  opener = await openerFrom(new Response(wasm, { headers: { "content-type": "application/wasm" } }));
  sealed = await messageOfUnsigned();
  await confirmOther();
});

/** Why the encryption does not read. */
function refused(read: Promise<string>): Promise<unknown> {
  return read.catch(({ code }: encryption.MegolmDecryptionError) => code);
}

test("it says which it is as the SDK says it in a page", async () => {
  const { RustCrypto } = await import("matrix-js-sdk/lib/rust-crypto/rust-crypto.js");
  expect(opener.version).toBe(RustCrypto.prototype.getVersion());
});

test("a message of a device that nobody signed is read for whoever wants it, and for nobody else", async () => {
  const keys = await opener.open(store, anna);
  expect(JSON.parse(await keys.read(sealed, ROOM, false))).toMatchObject({
    type: "m.room.message",
    content: { body: "Tea?" },
  });
  expect(await refused(keys.read(sealed, ROOM, true))).toBe(DecryptionErrorCode.UnsignedSenderDevice);
  keys.close();
});

test("a message of which no key is here is not read, and nobody is asked for it", async () => {
  const keys = await opener.open(store, anna);
  const elsewhere = keys.read(sealed, "!other:example.org", false);
  expect(await refused(elsewhere)).toBe(DecryptionErrorCode.MissingRoomKey);
  keys.close();
  const page = await pageOf();
  const asks = (await page.outgoingRequests()) as { type: number }[];
  page.close();
  expect(asks.filter(({ type }) => type === RequestType.ToDevice)).toEqual([]);
});

test("closed keys leave the store to whoever comes, as it was", async () => {
  const before = await indexedDB.databases();
  (await opener.open(store, anna)).close();
  expect(await indexedDB.databases()).toEqual(before);
  await new Promise((resolve, reject) => {
    const gone = indexedDB.deleteDatabase(`${store}::matrix-sdk-crypto`);
    gone.onsuccess = resolve;
    gone.onblocked = () => reject(new Error("it is still open"));
  });
});
