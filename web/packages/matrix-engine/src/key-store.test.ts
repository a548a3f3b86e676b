import "fake-indexeddb/auto";
import { openDB } from "idb";
import { expect, test } from "vitest";

import { keyStoreVersion } from "./key-store.ts";
import { forgetAccount, noteKeys, storeAccount, storedAccount } from "./stored-accounts.ts";

const device = { userId: "@anna:example.org", deviceId: "A" };

test("a store tells its version without being opened, and none is made by asking", async () => {
  expect(await keyStoreVersion(device)).toBe(undefined);
  expect(await indexedDB.databases()).toEqual([]);
  (await openDB("herold-crypto-@anna:example.org-A::matrix-sdk-crypto", 107)).close();
  expect(await keyStoreVersion(device)).toBe(107);
  expect(await keyStoreVersion({ ...device, deviceId: "B" })).toBe(undefined);
});

test("what is noted of keys is of an account that is here", async () => {
  const keys = { encryption: "1.0", storeVersion: 107, onlyConfirmed: true };
  await noteKeys(device.userId, keys);
  expect(await storedAccount(device.userId)).toBe(undefined);
  const account = { ...device, address: "https://example.org", accessToken: "secret", usedAtMs: 1 };
  await storeAccount(account);
  await noteKeys(device.userId, keys);
  expect(await storedAccount(device.userId)).toEqual({ ...account, keys });
  await forgetAccount(device.userId);
});
