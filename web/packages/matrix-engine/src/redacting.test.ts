import {
  EventStatus,
  MatrixClient,
  MatrixEvent,
  MemoryStore,
  PendingEventOrdering,
  Room,
} from "matrix-js-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { quiet, silence } from "./quiet.ts";
import { redactWithEdits } from "./redacting.ts";
import { isWaiting, Unsent } from "./unsent.ts";

const ME = "@me:example.org";
const OTHER = "@other:example.org";

let client: MatrixClient;
let room: Room;
let redacted: { eventId: string; reason?: string }[];
/** What the server knows, in pages; nothing while it cannot say. */
let pages: { event_id: string; sender: string; unsigned?: object }[][] | undefined;
let forbidden: string | undefined;
let reachable: boolean;

async function answer(url: URL | RequestInfo, options?: RequestInit): Promise<Response> {
  const { pathname, searchParams } = new URL(String(url));
  const path = decodeURIComponent(pathname);
  if (!reachable) throw new TypeError("Failed to fetch");
  if (path.includes("/relations/")) {
    if (!pages) return Response.json({}, { status: 500 });
    const page = Number(searchParams.get("from") ?? 0);
    const next = page + 1 < pages.length ? { next_batch: String(page + 1) } : {};
    return Response.json({ chunk: pages[page], ...next });
  }
  const [, eventId = ""] = /\/redact\/([^/]+)\//.exec(path) ?? [];
  if (eventId === forbidden) return Response.json({ errcode: "M_FORBIDDEN" }, { status: 403 });
  redacted.push({ eventId, ...JSON.parse(String(options?.body)) });
  return Response.json({ event_id: `$r${redacted.length}` });
}

beforeEach(() => {
  silence();
  vi.stubGlobal("addEventListener", () => undefined);
  const fetchFn = answer as typeof fetch;
  client = new MatrixClient({
    baseUrl: "https://example.org",
    userId: ME,
    fetchFn,
    logger: quiet,
    store: new MemoryStore(),
  });
  room = new Room("!room:example.org", client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
  client.store.storeRoom(room);
  redacted = [];
  pages = [[]];
  forbidden = undefined;
  reachable = true;
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function say(eventId: string, sender: string, relation?: object): void {
  const content = { msgtype: "m.text", body: eventId, ...(relation ? { "m.relates_to": relation } : {}) };
  const event = new MatrixEvent({
    type: "m.room.message",
    event_id: eventId,
    room_id: room.roomId,
    sender,
    content,
  });
  room.addLiveEvents([event], { addToState: false });
}

const remove = (eventId: string, reason?: string) =>
  redactWithEdits({ client, room, unsent: new Unsent(client) }, eventId, reason);

test("with a message all its edits are removed, of however many pages, by whoever removes it", async () => {
  say("$said", OTHER);
  pages = [
    [
      { event_id: "$edit3", sender: OTHER },
      { event_id: "$edit2", sender: OTHER, unsigned: { redacted_because: {} } },
    ],
    [
      { event_id: "$foreign", sender: ME },
      { event_id: "$edit1", sender: OTHER },
    ],
  ];
  await remove("$said", "rude");
  expect(redacted).toEqual(["$said", "$edit3", "$edit1"].map((eventId) => ({ eventId, reason: "rude" })));
});

test("what cannot be asked for is said to be left, and what is known is removed", async () => {
  say("$said", ME);
  say("$edit", ME, { rel_type: "m.replace", event_id: "$said" });
  pages = undefined;
  await expect(remove("$said")).rejects.toMatchObject({ reason: "versions-left" });
  expect(redacted.map(({ eventId }) => eventId)).toEqual(["$said", "$edit"]);
});

test("an edit that the server keeps is said to be left, and the others are removed", async () => {
  say("$said", ME);
  pages = [["$a", "$b"].map((eventId) => ({ event_id: eventId, sender: ME }))];
  forbidden = "$a";
  await expect(remove("$said")).rejects.toMatchObject({ reason: "versions-left" });
  expect(redacted.map(({ eventId }) => eventId)).toEqual(["$said", "$b"]);
});

test("of a message that may not be removed nothing is", async () => {
  say("$said", OTHER);
  pages = [[{ event_id: "$edit", sender: OTHER }]];
  forbidden = "$said";
  await expect(remove("$said")).rejects.toMatchObject({ reason: "forbidden" });
  expect(redacted).toEqual([]);
  expect(room.findEventById("$said")?.isRedacted()).toBe(false);
  expect(room.getPendingEvents()).toEqual([]);
});

test("without a connection what is known waits for one, and the rest is said to be left", async () => {
  say("$said", ME);
  say("$edit", ME, { rel_type: "m.replace", event_id: "$said" });
  reachable = false;
  await expect(remove("$said")).rejects.toMatchObject({ reason: "versions-left" });
  const waiting = room.getPendingEvents().filter(isWaiting);
  expect(waiting.map((event) => event.getAssociatedId())).toEqual(["$said", "$edit"]);
});

test("an edit that waits for a connection is not sent any more", async () => {
  say("$said", ME);
  const edit = new MatrixEvent({
    type: "m.room.message",
    event_id: "~edit",
    room_id: room.roomId,
    sender: ME,
    content: { body: "* b", "m.relates_to": { rel_type: "m.replace", event_id: "$said" } },
  });
  edit.setTxnId("txn");
  edit.setStatus(EventStatus.NOT_SENT);
  room.addPendingEvent(edit, "txn");
  await remove("$said");
  expect(edit.status).toBe(EventStatus.CANCELLED);
  expect(room.getPendingEvents().map((event) => event.getType())).not.toContain("m.room.message");
});
