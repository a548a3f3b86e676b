import "fake-indexeddb/auto";
import { ClientEvent, ConnectionError, EventStatus, MatrixError, MatrixEvent } from "matrix-js-sdk";
import { expect, test, vi } from "vitest";
import { ME, pagesAtServer, ROOM, type TestPage, WITHIN } from "./testing.ts";
import { isWaiting } from "./unsent.ts";

function unsent(error: Error | undefined, status = EventStatus.NOT_SENT): MatrixEvent {
  const event = new MatrixEvent({ type: "m.room.message" });
  event.setStatus(status);
  event.error = error as never;
  return event;
}

test.each([
  ["the server cannot be reached", new ConnectionError("fetch failed"), true],
  ["it was asked too often", new MatrixError({ errcode: "M_LIMIT_EXCEEDED" }, 429), true],
  ["something before the server is down", new MatrixError({}, 502), true],
  ["the page was loaded again", undefined, true],
  ["it may not be sent", new MatrixError({ errcode: "M_FORBIDDEN" }, 403), false],
  ["it is too large", new MatrixError({ errcode: "M_TOO_LARGE" }, 413), false],
])("%s", (_name, error, waits) => {
  expect(isWaiting(unsent(error))).toBe(waits);
});

test("what is on its way does not wait", () => {
  expect(isWaiting(unsent(undefined, EventStatus.SENDING))).toBe(false);
});

const at = pagesAtServer();

const waiting = ({ room }: TestPage): [words: string, status: EventStatus | null][] =>
  room.getPendingEvents().map((event) => [event.getContent().body, event.status]);

const txnIdsOf = ({ room }: TestPage): string[] =>
  room.getPendingEvents().map((event) => event.getTxnId() ?? "");

test("what could not be sent is there on the next page, in its order, and is sent once", async () => {
  at.server.reachable = false;
  const before = await at.load();
  const thread = { "m.relates_to": { rel_type: "m.thread", event_id: "$root" } };
  await expect(before.say("first")).rejects.toThrow();
  await expect(before.say("second", thread)).rejects.toThrow();
  const txnIds = txnIdsOf(before);
  await before.leave();

  const after = await at.load();
  expect(waiting(after)).toEqual([
    ["first", EventStatus.NOT_SENT],
    ["second", EventStatus.NOT_SENT],
  ]);
  expect(txnIdsOf(after)).toEqual(txnIds);
  expect(after.room.getPendingEvents()[1]?.threadRootId).toBe("$root");
  at.server.reachable = true;
  after.reconnect();
  await vi.waitFor(() => expect([...at.server.took.keys()]).toEqual(txnIds), WITHIN);
  expect([...at.server.took.values()][1]?.content).toMatchObject(thread);
  await after.leave();
});

test("a message stays written down until it is saved with what the server told", async () => {
  const page = await at.load();
  await page.say("hello");
  const [txnId = ""] = txnIdsOf(page);
  const early = page.unsent.saving();
  await page.hear(txnId);
  early();
  await page.leave();

  // The save that had begun before it was heard of does not hold it.
  const next = await at.load();
  expect(waiting(next)).toEqual([["hello", EventStatus.SENT]]);
  await next.hear(txnId);
  expect(waiting(next)).toEqual([]);
  next.unsent.saving()();
  await next.leave();

  expect(waiting(await at.load())).toEqual([]);
  expect(at.server.took.size).toBe(1);
});

test("what the server took, and tells of no more because much came since, does not stand at the end", async () => {
  const page = await at.load();
  await page.say("hello");
  // Some answers are about other rooms.
  for (let answer = 0; answer < 3; answer += 1) await page.hear();
  expect(waiting(page)).toEqual([["hello", EventStatus.SENT]]);
  page.room.resetLiveTimeline("a token");
  await page.hear();
  expect(waiting(page)).toEqual([]);
  page.unsent.saving()();
  await page.leave();
  expect(waiting(await at.load())).toEqual([]);
});

test("what came by another way before it is sent again is let go", async () => {
  at.server.reachable = false;
  const before = await at.load();
  await expect(before.say("hello")).rejects.toThrow();
  const [txnId = ""] = txnIdsOf(before);
  await before.leave();

  // It lies in what was saved, which is read before the room is there.
  const after = at.open();
  await after.unsent.open(ME);
  await after.hear(txnId);
  after.client.emit(ClientEvent.Room, after.room);
  at.server.reachable = true;
  after.reconnect();
  await vi.waitFor(() => expect(waiting(after)).toEqual([]), WITHIN);
  expect(after.room.timeline.map((event) => event.getId())).toEqual([`$${txnId}`]);
  await after.leave();
});

test("what was removed without a connection is not there on the next page either", async () => {
  const before = await at.load();
  await before.hear("hello");
  at.server.reachable = false;
  const removal = { type: "m.room.redaction", content: { reason: "wrong" }, redacts: "$hello" };
  await expect(before.unsent.send(ROOM, removal)).rejects.toThrow();
  await before.leave();

  const after = at.open();
  await after.unsent.open(ME);
  await after.hear("hello");
  after.client.emit(ClientEvent.Room, after.room);
  expect(after.room.findEventById("$hello")?.isRedacted()).toBe(true);
});

test("what was taken back is forgotten", async () => {
  at.server.reachable = false;
  const before = await at.load();
  await expect(before.say("oh no")).rejects.toThrow();
  for (const event of [...before.room.getPendingEvents()]) before.client.cancelPendingEvent(event);
  await before.leave();
  expect(waiting(await at.load())).toEqual([]);
});
