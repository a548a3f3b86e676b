import { EventStatus, type MatrixClient, type Room } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { redactWithEdits } from "./redacting.ts";
import { ME, messageEvent, testClient, testRoom, withoutBrowser } from "./testing.ts";
import { isWaiting, Unsent } from "./unsent.ts";

const OTHER = "@other:example.org";

let client: MatrixClient;
let room: Room;
let redacted: object[];
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
  const said: { redacts?: string } = JSON.parse(String(options?.body));
  const [, named] = /\/redact\/([^/]+)\//.exec(path) ?? [];
  const redacts = named ?? said.redacts;
  if (redacts === forbidden) return Response.json({ errcode: "M_FORBIDDEN" }, { status: 403 });
  redacted.push({ ...said, redacts });
  return Response.json({ event_id: `$r${redacted.length}` });
}

beforeEach(() => {
  withoutBrowser();
  client = testClient(answer);
  room = testRoom(client);
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
  room.addLiveEvents([messageEvent(eventId, { sender, content })], { addToState: false });
}

const edit = (eventId: string, of: string) => ({ redacts: eventId, "org.herold.edit_of": of });

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
  expect(redacted).toEqual(
    [{ redacts: "$said" }, edit("$edit3", "$said"), edit("$edit1", "$said")].map((one) => ({
      ...one,
      reason: "rude",
    })),
  );
});

test("what cannot be asked for is said to be left, and what is known is removed", async () => {
  say("$said", ME);
  say("$edit", ME, { rel_type: "m.replace", event_id: "$said" });
  pages = undefined;
  await expect(remove("$said")).rejects.toMatchObject({ reason: "versions-left" });
  expect(redacted).toEqual([{ redacts: "$said" }, edit("$edit", "$said")]);
});

test("an edit that the server keeps is said to be left, and the others are removed", async () => {
  say("$said", ME);
  pages = [["$a", "$b"].map((eventId) => ({ event_id: eventId, sender: ME }))];
  forbidden = "$a";
  await expect(remove("$said")).rejects.toMatchObject({ reason: "versions-left" });
  expect(redacted).toEqual([{ redacts: "$said" }, edit("$b", "$said")]);
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
  expect(waiting.map((event) => event.event.redacts ?? event.getContent().redacts)).toEqual([
    "$said",
    "$edit",
  ]);
});

test("an edit that waits for a connection is not sent any more", async () => {
  say("$said", ME);
  const edit = messageEvent("~edit", {
    content: { body: "* b", "m.relates_to": { rel_type: "m.replace", event_id: "$said" } },
  });
  edit.setTxnId("txn");
  edit.setStatus(EventStatus.NOT_SENT);
  room.addPendingEvent(edit, "txn");
  await remove("$said");
  expect(edit.status).toBe(EventStatus.CANCELLED);
  expect(room.getPendingEvents().map((event) => event.getType())).not.toContain("m.room.message");
});
