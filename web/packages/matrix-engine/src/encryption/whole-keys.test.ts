import type { MatrixClient } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { keepKeysWhole } from "./whole-keys.ts";

const ROOM = { roomId: "!r:x" };

async function discardedAfter(error: Error): Promise<string[]> {
  const discarded: string[] = [];
  const crypto = {
    encryptEvent: (): Promise<void> => Promise.reject(error),
    forceDiscardSession: async (roomId: string) => void discarded.push(roomId),
  };
  keepKeysWhole({ getCrypto: () => crypto } as unknown as MatrixClient);
  const encrypt = crypto.encryptEvent as (event: unknown, room: unknown) => Promise<void>;
  await expect(encrypt({}, ROOM)).rejects.toBe(error);
  return discarded;
}

test("a key that may not be given to somebody is thrown away", async () => {
  const error = new Error("Encryption failed because your device is not verified");
  expect(await discardedAfter(error)).toEqual(["!r:x"]);
});

test("a key that could not be given to somebody for want of a connection stays", async () => {
  expect(await discardedAfter(new TypeError("fetch failed"))).toEqual([]);
});
