import "fake-indexeddb/auto";
import { afterEach, expect, test } from "vitest";

import { SyncJournal } from "./sync-journal.ts";

const ANNA = "@anna:x";

let journal: SyncJournal;

/** As the next page finds it. */
async function reload(): Promise<void> {
  journal?.close();
  journal = new SyncJournal(ANNA);
  await journal.open();
}

afterEach(() => journal.erase());

function heard(after: string | undefined, token: string, atMs = 0): void {
  const event = { type: "m.room.message", event_id: `$${token}`, content: {}, unsigned: { age: 5 } };
  const rooms = { join: { "!a": { timeline: { events: [event] } } } };
  journal.add({ after, heardAtMs: atMs, told: { next_batch: token, rooms } as never });
}

const since = async (token: string | undefined): Promise<string[]> =>
  (await journal.since(token, 0)).map(({ next_batch }) => next_batch);

test("what was told since the last save comes back in its order, on every next page", async () => {
  await reload();
  heard(undefined, "1");
  heard("1", "2");
  await reload();
  heard("2", "3");
  await reload();
  expect(await since(undefined)).toEqual(["1", "2", "3"]);
});

test("what a save holds is not told twice, whether or not it was struck out", async () => {
  await reload();
  heard("0", "1");
  heard("1", "2");
  const saved = journal.saving();
  heard("2", "3");
  expect(await since("2")).toEqual(["3"]);
  saved();
  expect(await since("2")).toEqual(["3"]);
  expect(await since("0")).toEqual([]);
});

test("behind a gap nothing is told", async () => {
  await reload();
  heard("0", "1");
  heard("2", "3");
  expect(await since("0")).toEqual(["1"]);
});

test("what is told again is as old as it is by then", async () => {
  await reload();
  heard("0", "1", 1_000);
  const [told] = await journal.since("0", 61_000);
  expect(told?.rooms?.join?.["!a"]?.timeline.events[0]?.unsigned?.age).toBe(60_005);
});
