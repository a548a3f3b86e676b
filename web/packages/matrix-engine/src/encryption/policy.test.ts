import { EventEmitter } from "node:events";
import { type MatrixClient, MatrixEventEvent } from "matrix-js-sdk";
import {
  CryptoEvent,
  DecryptionFailureCode,
  DeviceIsolationModeKind,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { beforeEach, expect, test } from "vitest";

import { DevicePolicy } from "./policy.ts";

let client: EventEmitter;
let kept: Map<string, string>;
let modes: number[];

beforeEach(() => {
  modes = [];
  kept = new Map();
  client = Object.assign(new EventEmitter(), {
    getCrypto: () => ({ setDeviceIsolationMode: ({ kind }: { kind: number }) => modes.push(kind) }),
  });
});

function begin(): DevicePolicy {
  return new DevicePolicy(client as unknown as MatrixClient, {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
}

/** A message that was refused; how often it was tried again since. */
function refused(sender: string, reason = DecryptionFailureCode.UNSIGNED_SENDER_DEVICE) {
  const event = {
    tries: 0,
    decryptionFailureReason: reason as DecryptionFailureCode | null,
    getSender: () => sender,
    attemptDecryption: () => {
      event.tries += 1;
    },
  };
  client.emit(MatrixEventEvent.Decrypted, event);
  return event;
}

test("only devices that their owners signed are trusted, unless somebody says otherwise on this device", () => {
  const policy = begin();
  policy.apply();
  expect(policy.onlyConfirmed.peek()).toBe(true);
  policy.set(false);
  expect(modes).toEqual([
    DeviceIsolationModeKind.OnlySignedDevicesIsolationMode,
    DeviceIsolationModeKind.AllDevicesIsolationMode,
  ]);
  expect(begin().onlyConfirmed.peek()).toBe(false);
  policy.set(true);
  expect(begin().onlyConfirmed.peek()).toBe(true);
});

test("what was refused is tried again when its sender's devices or identity change", () => {
  begin();
  const [ofBert, ofCarla] = [refused("@bert:x"), refused("@carla:x")];
  const withoutKey = refused("@bert:x", DecryptionFailureCode.MEGOLM_UNKNOWN_INBOUND_SESSION_ID);
  client.emit(CryptoEvent.DevicesUpdated, ["@bert:x"]);
  client.emit(CryptoEvent.UserTrustStatusChanged, "@bert:x");
  expect([ofBert.tries, ofCarla.tries, withoutKey.tries]).toEqual([2, 0, 0]);
});

test("what can be read is not tried again", () => {
  begin();
  const event = refused("@bert:x");
  event.decryptionFailureReason = null;
  client.emit(MatrixEventEvent.Decrypted, event);
  client.emit(CryptoEvent.DevicesUpdated, ["@bert:x"]);
  expect(event.tries).toBe(0);
});
