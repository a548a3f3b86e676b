import "fake-indexeddb/auto";
import {
  ClientEvent,
  ConnectionError,
  EventStatus,
  MatrixClient,
  MatrixError,
  MatrixEvent,
  MemoryStore,
  PendingEventOrdering,
  Room,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { KeptUnsent } from "./kept-unsent.ts";
import { quiet, silence } from "./quiet.ts";
import { isWaiting, Unsent } from "./unsent.ts";

/** A busy machine takes its time. */
const WITHIN = { timeout: 4_000 };

const ME = "@me:example.org";

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

/** A server that takes every transaction once, while it can be reached. */
class Server {
  reachable = true;
  readonly took = new Map<string, { readonly path: string; readonly content: object }>();

  readonly answer = async (url: URL | RequestInfo, options?: RequestInit): Promise<Response> => {
    if (!this.reachable) throw new TypeError("Failed to fetch");
    const path = decodeURIComponent(new URL(String(url)).pathname);
    const txnId = path.split("/").at(-1) ?? "";
    if (!this.took.has(txnId)) this.took.set(txnId, { path, content: JSON.parse(String(options?.body)) });
    return Response.json({ event_id: `$${txnId}` });
  };
}

/** The app on one page: loaded again, it is another with the same server and the same browser. */
class Page {
  readonly client: MatrixClient;
  readonly unsent: Unsent;
  room: Room;

  constructor(server: Server) {
    this.client = new MatrixClient({
      baseUrl: "https://example.org",
      userId: ME,
      deviceId: "D",
      store: new MemoryStore(),
      logger: quiet,
      fetchFn: server.answer,
    });
    this.unsent = new Unsent(this.client);
    this.room = this.#newRoom();
  }

  static async load(server: Server): Promise<Page> {
    const page = new Page(server);
    await page.unsent.open(ME);
    pages.push(page);
    page.client.emit(ClientEvent.Room, page.room);
    return page;
  }

  #newRoom(): Room {
    const room = new Room("!a", this.client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
    this.client.store.storeRoom(room);
    this.client.reEmitter.reEmit(room, [RoomEvent.LocalEchoUpdated, RoomEvent.TimelineReset]);
    return room;
  }

  say(words: string, more: object = {}): Promise<void> {
    return this.unsent.send("!a", {
      type: "m.room.message",
      content: { msgtype: "m.text", body: words, ...more },
    });
  }

  /** An answer of the server's, with these of its transactions. */
  async hear(...txnIds: string[]): Promise<void> {
    const events = txnIds.map((txnId) => new MatrixEvent(echo(txnId)));
    await this.room.addLiveEvents(events, { addToState: false });
    this.client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Syncing);
  }

  async leave(): Promise<void> {
    this.unsent.stop();
    await this.unsent.close();
  }

  get waiting(): [words: string, status: EventStatus | null][] {
    return this.room.getPendingEvents().map((event) => [event.getContent().body, event.status]);
  }

  get txnIds(): string[] {
    return this.room.getPendingEvents().map((event) => event.getTxnId() ?? "");
  }
}

function echo(txnId: string) {
  return {
    type: "m.room.message",
    room_id: "!a",
    sender: ME,
    event_id: `$${txnId}`,
    origin_server_ts: 1,
    content: { msgtype: "m.text", body: "as it came" },
    unsigned: { transaction_id: txnId },
  };
}

let server: Server;
let pages: Page[];

beforeEach(() => {
  silence();
  // The browser's own: tests run without one.
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  server = new Server();
  pages = [];
});

afterEach(async () => {
  for (const page of pages) await page.leave();
  vi.unstubAllGlobals();
  await KeptUnsent.erase(ME);
});

test("what could not be sent is there on the next page, in its order, and is sent once", async () => {
  server.reachable = false;
  const before = await Page.load(server);
  const thread = { "m.relates_to": { rel_type: "m.thread", event_id: "$root" } };
  await expect(before.say("first")).rejects.toThrow();
  await expect(before.say("second", thread)).rejects.toThrow();
  const { txnIds } = before;
  await before.leave();

  const after = await Page.load(server);
  expect(after.waiting).toEqual([
    ["first", EventStatus.NOT_SENT],
    ["second", EventStatus.NOT_SENT],
  ]);
  expect(after.txnIds).toEqual(txnIds);
  expect(after.room.getPendingEvents()[1]?.threadRootId).toBe("$root");
  server.reachable = true;
  after.client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Reconnecting);
  await vi.waitFor(() => expect([...server.took.keys()]).toEqual(txnIds), WITHIN);
  expect([...server.took.values()][1]?.content).toMatchObject(thread);
  await after.leave();
});

test("a message stays written down until it is saved with what the server told", async () => {
  const page = await Page.load(server);
  await page.say("hello");
  const [txnId = ""] = page.txnIds;
  const early = page.unsent.saving();
  await page.hear(txnId);
  early();
  await page.leave();

  // The save that had begun before it was heard of does not hold it.
  const next = await Page.load(server);
  expect(next.waiting).toEqual([["hello", EventStatus.SENT]]);
  await next.hear(txnId);
  expect(next.waiting).toEqual([]);
  next.unsent.saving()();
  await next.leave();

  expect((await Page.load(server)).waiting).toEqual([]);
  expect(server.took.size).toBe(1);
});

test("what the server took, and tells of no more because much came since, does not stand at the end", async () => {
  const page = await Page.load(server);
  await page.say("hello");
  // Some answers are about other rooms.
  for (let answer = 0; answer < 3; answer += 1) await page.hear();
  expect(page.waiting).toEqual([["hello", EventStatus.SENT]]);
  page.room.resetLiveTimeline("a token");
  await page.hear();
  expect(page.waiting).toEqual([]);
  page.unsent.saving()();
  await page.leave();
  expect((await Page.load(server)).waiting).toEqual([]);
});

test("what came by another way before it is sent again is let go", async () => {
  server.reachable = false;
  const before = await Page.load(server);
  await expect(before.say("hello")).rejects.toThrow();
  const [txnId = ""] = before.txnIds;
  await before.leave();

  // It lies in what was saved, which is read before the room is there.
  const after = new Page(server);
  pages.push(after);
  await after.unsent.open(ME);
  await after.hear(txnId);
  after.client.emit(ClientEvent.Room, after.room);
  server.reachable = true;
  after.client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Reconnecting);
  await vi.waitFor(() => expect(after.waiting).toEqual([]), WITHIN);
  expect(after.room.timeline.map((event) => event.getId())).toEqual([`$${txnId}`]);
  await after.leave();
});

test("what was removed without a connection is not there on the next page either", async () => {
  const before = await Page.load(server);
  await before.hear("hello");
  server.reachable = false;
  const removal = { type: "m.room.redaction", content: { reason: "wrong" }, redacts: "$hello" };
  await expect(before.unsent.send("!a", removal)).rejects.toThrow();
  await before.leave();

  const after = new Page(server);
  pages.push(after);
  await after.unsent.open(ME);
  await after.hear("hello");
  after.client.emit(ClientEvent.Room, after.room);
  expect(after.room.findEventById("$hello")?.isRedacted()).toBe(true);
});

test("what was taken back is forgotten", async () => {
  server.reachable = false;
  const before = await Page.load(server);
  await expect(before.say("oh no")).rejects.toThrow();
  for (const event of [...before.room.getPendingEvents()]) before.client.cancelPendingEvent(event);
  await before.leave();
  expect((await Page.load(server)).waiting).toEqual([]);
});
