import "fake-indexeddb/auto";
import { ClientEvent, ConnectionError, EventStatus, MatrixError, MatrixEvent } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { KeptUnsent } from "./kept-unsent.ts";
import { ME, ROOM, TestPage, TestServer, WITHIN, withoutBrowser } from "./testing.ts";
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

let server: TestServer;
let pages: TestPage[];

beforeEach(() => {
  withoutBrowser();
  server = new TestServer();
  pages = [];
});

afterEach(async () => {
  for (const page of pages) await page.leave();
  vi.unstubAllGlobals();
  await KeptUnsent.erase(ME);
});

async function load(): Promise<TestPage> {
  const page = await TestPage.load(server);
  pages.push(page);
  return page;
}

const waiting = ({ room }: TestPage): [words: string, status: EventStatus | null][] =>
  room.getPendingEvents().map((event) => [event.getContent().body, event.status]);

const txnIdsOf = ({ room }: TestPage): string[] =>
  room.getPendingEvents().map((event) => event.getTxnId() ?? "");

test("what could not be sent is there on the next page, in its order, and is sent once", async () => {
  server.reachable = false;
  const before = await load();
  const thread = { "m.relates_to": { rel_type: "m.thread", event_id: "$root" } };
  await expect(before.say("first")).rejects.toThrow();
  await expect(before.say("second", thread)).rejects.toThrow();
  const txnIds = txnIdsOf(before);
  await before.leave();

  const after = await load();
  expect(waiting(after)).toEqual([
    ["first", EventStatus.NOT_SENT],
    ["second", EventStatus.NOT_SENT],
  ]);
  expect(txnIdsOf(after)).toEqual(txnIds);
  expect(after.room.getPendingEvents()[1]?.threadRootId).toBe("$root");
  server.reachable = true;
  after.reconnect();
  await vi.waitFor(() => expect([...server.took.keys()]).toEqual(txnIds), WITHIN);
  expect([...server.took.values()][1]?.content).toMatchObject(thread);
  await after.leave();
});

test("a message stays written down until it is saved with what the server told", async () => {
  const page = await load();
  await page.say("hello");
  const [txnId = ""] = txnIdsOf(page);
  const early = page.unsent.saving();
  await page.hear(txnId);
  early();
  await page.leave();

  // The save that had begun before it was heard of does not hold it.
  const next = await load();
  expect(waiting(next)).toEqual([["hello", EventStatus.SENT]]);
  await next.hear(txnId);
  expect(waiting(next)).toEqual([]);
  next.unsent.saving()();
  await next.leave();

  expect(waiting(await load())).toEqual([]);
  expect(server.took.size).toBe(1);
});

test("what the server took, and tells of no more because much came since, does not stand at the end", async () => {
  const page = await load();
  await page.say("hello");
  // Some answers are about other rooms.
  for (let answer = 0; answer < 3; answer += 1) await page.hear();
  expect(waiting(page)).toEqual([["hello", EventStatus.SENT]]);
  page.room.resetLiveTimeline("a token");
  await page.hear();
  expect(waiting(page)).toEqual([]);
  page.unsent.saving()();
  await page.leave();
  expect(waiting(await load())).toEqual([]);
});

test("what came by another way before it is sent again is let go", async () => {
  server.reachable = false;
  const before = await load();
  await expect(before.say("hello")).rejects.toThrow();
  const [txnId = ""] = txnIdsOf(before);
  await before.leave();

  // It lies in what was saved, which is read before the room is there.
  const after = new TestPage(server);
  pages.push(after);
  await after.unsent.open(ME);
  await after.hear(txnId);
  after.client.emit(ClientEvent.Room, after.room);
  server.reachable = true;
  after.reconnect();
  await vi.waitFor(() => expect(waiting(after)).toEqual([]), WITHIN);
  expect(after.room.timeline.map((event) => event.getId())).toEqual([`$${txnId}`]);
  await after.leave();
});

test("what was removed without a connection is not there on the next page either", async () => {
  const before = await load();
  await before.hear("hello");
  server.reachable = false;
  const removal = { type: "m.room.redaction", content: { reason: "wrong" }, redacts: "$hello" };
  await expect(before.unsent.send(ROOM, removal)).rejects.toThrow();
  await before.leave();

  const after = new TestPage(server);
  pages.push(after);
  await after.unsent.open(ME);
  await after.hear("hello");
  after.client.emit(ClientEvent.Room, after.room);
  expect(after.room.findEventById("$hello")?.isRedacted()).toBe(true);
});

test("what was taken back is forgotten", async () => {
  server.reachable = false;
  const before = await load();
  await expect(before.say("oh no")).rejects.toThrow();
  for (const event of [...before.room.getPendingEvents()]) before.client.cancelPendingEvent(event);
  await before.leave();
  expect(waiting(await load())).toEqual([]);
});
