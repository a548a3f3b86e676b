import "fake-indexeddb/auto";
import type { RoomSummary } from "@herold/engine";
import { openDB } from "idb";
import { expect, test } from "vitest";

import { forgetList, type Kept, keepList, keptList } from "./kept-list.ts";

const ANNA = "@anna:example.org";
const KEPT: Kept = {
  me: { userId: ANNA, name: "Anna", avatar: undefined },
  rooms: [{ summary: { roomId: "!a", name: "The secret room" } as RoomSummary, replaced: false }],
};

test("what was kept comes back, to its account and to the version that wrote it", async () => {
  expect(await keptList(ANNA, "1")).toBeUndefined();
  await keepList(ANNA, "1", KEPT);
  expect(await keptList(ANNA, "1")).toEqual(KEPT);
  expect(await keptList(ANNA, "2")).toBeUndefined();
  expect(await keptList("@bert:example.org", "1")).toBeUndefined();
  await keepList(ANNA, "2", { ...KEPT, rooms: [] });
  expect(await keptList(ANNA, "2")).toEqual({ ...KEPT, rooms: [] });
  await forgetList(ANNA);
  expect(await keptList(ANNA, "2")).toBeUndefined();
});

test("names cannot be read from what lies in the browser", async () => {
  await keepList(ANNA, "1", KEPT);
  const database = await openDB(`herold-list-${ANNA}`);
  const sealed: Uint8Array = await database.get("lists", "list");
  database.close();
  expect(new TextDecoder().decode(sealed)).not.toContain("secret");
});
