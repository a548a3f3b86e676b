import "fake-indexeddb/auto";
import { openDB } from "idb";
import { expect, test } from "vitest";

import { KeptUnsent, type UnsentEvent } from "./kept-unsent.ts";

const said = (txnId: string, words: string): UnsentEvent => ({
  roomId: "!a",
  txnId,
  atMs: 1,
  type: "m.room.message",
  content: { msgtype: "m.text", body: words },
  redacts: undefined,
  eventId: undefined,
});

/** As the next page finds it. */
async function found(account: string): Promise<readonly UnsentEvent[]> {
  const kept = await KeptUnsent.open(account);
  const events = await kept.all();
  await kept.close();
  return events;
}

test("what was said comes back in its order, to its account alone", async () => {
  const kept = await KeptUnsent.open("@anna:x");
  const events = [said("1", "first"), said("2", "second"), said("3", "third")];
  await Promise.all(events.map((event) => kept.put(event)));
  await kept.put({ ...said("1", "first"), eventId: "$sent" });
  await kept.remove(["2"]);
  await kept.close();
  expect(await found("@anna:x")).toEqual([{ ...events[0], eventId: "$sent" }, events[2]]);
  expect(await found("@bert:x")).toEqual([]);
});

test("what the next page says comes after what it found", async () => {
  const before = await KeptUnsent.open("@carl:x");
  await before.put(said("1", "before"));
  await before.close();
  const after = await KeptUnsent.open("@carl:x");
  await after.all();
  await after.put(said("2", "after"));
  await after.close();
  expect((await found("@carl:x")).map(({ txnId }) => txnId)).toEqual(["1", "2"]);
  await KeptUnsent.erase("@carl:x");
  expect(await found("@carl:x")).toEqual([]);
});

test("words cannot be read from what lies in the browser, and what does not open is left out", async () => {
  const kept = await KeptUnsent.open("@dora:x");
  await kept.put(said("1", "a secret"));
  await kept.put(said("2", "another"));
  await kept.close();
  const database = await openDB("herold-unsent-@dora:x");
  const sealed: Uint8Array = await database.get("events", 1);
  expect(new TextDecoder().decode(sealed)).not.toContain("secret");
  await database.put(
    "events",
    sealed.map((byte) => byte ^ 1),
    1,
  );
  database.close();
  expect((await found("@dora:x")).map(({ txnId }) => txnId)).toEqual(["2"]);
});
