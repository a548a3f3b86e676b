import type { ISyncResponse } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { packed } from "./packed-rooms.ts";
import { partsOf } from "./sync-in-parts.ts";

const rooms = (count: number, prefix: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, place) => [`!${prefix}${place}`, { place }]));

test("the account comes first, then every room once", () => {
  const data = {
    next_batch: "s1",
    account_data: { events: [{ type: "m.direct" }] },
    rooms: { invite: rooms(1, "i"), join: rooms(50, "j"), leave: rooms(0, "l") },
  } as unknown as ISyncResponse;
  const [account, ...parts] = partsOf(data);
  expect(account).toEqual({ ...data, rooms: {} });
  const joined = parts.map(({ rooms }) => Object.keys(rooms.join ?? {}));
  expect(joined.flat()).toEqual(Object.keys(data.rooms.join));
  expect(Math.max(...joined.map(({ length }) => length))).toBeLessThan(50);
  expect(parts.flatMap(({ rooms }) => Object.keys(rooms.invite ?? {}))).toEqual(["!i0"]);
  expect(parts.every((part) => part.account_data === undefined)).toBe(true);
});

test("of nothing there is nothing but the account", () => {
  expect([...partsOf({ next_batch: "s1" } as ISyncResponse)]).toHaveLength(1);
});

test("who waits for a room has it next, and still every room comes once", () => {
  const data = {
    next_batch: "s1",
    rooms: { invite: {}, join: rooms(100, "j"), leave: {} },
  } as unknown as ISyncResponse;
  let wanted: string | undefined;
  const seen: string[][] = [];
  for (const part of partsOf(data, () => wanted)) {
    seen.push(Object.keys(part.rooms.join ?? {}));
    if (seen.length === 3) wanted = "!j90";
  }
  expect(seen[3]).toEqual(["!j90"]);
  // It stays the wish, and is not there twice.
  expect(seen.flat().sort()).toEqual(Object.keys(data.rooms.join).sort());
  expect(seen[4]).toHaveLength(16);
});

test("what came as text from the worker is what the server told", () => {
  const roomsData = { invite: rooms(1, "i"), join: rooms(20, "j"), leave: {} };
  const saved = { command: "cmd_success", seq: 1, result: { nextBatch: "s1", accountData: [], roomsData } };
  const { result, ...others } = packed(saved) as typeof saved;
  expect(others).toEqual({ command: "cmd_success", seq: 1 });
  expect(typeof result.roomsData.join["!j3"]).toBe("string");
  const parts = [...partsOf({ next_batch: "s1", rooms: result.roomsData } as unknown as ISyncResponse)];
  const read = parts.flatMap((part) => Object.entries(part.rooms.join ?? {}));
  expect(Object.fromEntries(read)).toEqual(roomsData.join);
  for (const message of [{ command: "closed" }, { command: "cmd_success", seq: 2, result: null }])
    expect(packed(message)).toBe(message);
});
