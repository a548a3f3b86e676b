import "fake-indexeddb/auto";
import type { OutgoingFile } from "@herold/engine";
import { openDB } from "idb";
import { beforeEach, expect, test, vi } from "vitest";

import { ALL_FILES_BYTES_MAX, FILE_BYTES_MAX, KeptUnsent } from "./kept-unsent.ts";
import "./markdown.ts";
import { ME, pagesAtServer, type TestPage, WITHIN } from "./testing.ts";

const LOST = { kind: "failed", reason: "file-lost" };
const NOWHERE = { replyTo: undefined, thread: undefined };

const at = pagesAtServer();
let leaving: ((event: Event) => void)[];

beforeEach(() => {
  leaving = [];
  vi.stubGlobal("addEventListener", (name: string, act: () => void) => {
    if (name === "beforeunload") leaving.push(act);
  });
});

const fileOf = (words: string, more: Partial<OutgoingFile> = {}): OutgoingFile => ({
  file: new Blob([words], { type: "text/plain" }),
  name: `${words}.txt`,
  caption: undefined,
  ...more,
});

/** What a file as large as this says of itself, without being so. */
function large(size: number): OutgoingFile {
  const file = new Blob(["large"]);
  Object.defineProperty(file, "size", { value: size });
  return { file, name: "large", caption: undefined };
}

const states = ({ uploads }: TestPage) => uploads.pending.peek().map(({ state }) => state);
const allKept = ({ uploads }: TestPage) => uploads.pending.peek().every(({ kept }) => kept === true);
const bodies = () => [...at.server.took.values()].map(({ content }) => (content as { body: string }).body);

/** Whether the browser would ask before the page is left. */
function asksToStay(): boolean {
  const event = new Event("beforeunload", { cancelable: true });
  for (const act of leaving) act(event);
  return event.defaultPrevented;
}

/** Offline: a file is chosen and waits, and is written down. */
async function chosen(page: TestPage, file: OutgoingFile, place: typeof NOWHERE | object = NOWHERE) {
  page.uploads.add(file, { ...NOWHERE, ...place });
  await vi.waitFor(() => expect(states(page).at(-1)?.kind).toBe("waiting"), WITHIN);
  await vi.waitFor(() => expect(allKept(page)).toBe(true), WITHIN);
}

test("files and words that wait are there on the next page, and are sent once in their order", async () => {
  at.server.reachable = false;
  const before = await at.load();
  await expect(before.say("first")).rejects.toThrow();
  await chosen(before, fileOf("second", { caption: "with words" }), { replyTo: "$answered" });
  await expect(before.say("third")).rejects.toThrow();
  await chosen(before, fileOf("fourth"), { thread: "$root" });
  await before.leave();

  const after = await at.load();
  expect(after.uploads.pending.peek().map(({ file }) => file.name)).toEqual(["second.txt", "fourth.txt"]);
  expect(states(after).map(({ kind }) => kind)).toEqual(["waiting", "waiting"]);
  at.server.reachable = true;
  after.reconnect();
  await vi.waitFor(() => expect(bodies()).toEqual(["first", "with words", "third", "fourth.txt"]), WITHIN);
  expect(at.server.files).toEqual(["second", "fourth"]);
  expect([...at.server.took.values()][1]?.content).toMatchObject({
    filename: "second.txt",
    info: { mimetype: "text/plain", size: 6 },
    url: "mxc://example.org/1",
    "m.relates_to": { "m.in_reply_to": { event_id: "$answered" } },
  });
  expect([...at.server.took.values()][3]?.content).toMatchObject({
    "m.relates_to": { rel_type: "m.thread", event_id: "$root" },
  });
  expect(after.uploads.pending.peek()).toEqual([]);
  await after.leave();

  // They are messages by now, and their bytes lie nowhere any more.
  const database = await openDB(`herold-unsent-${ME}`);
  expect(await database.count("files")).toBe(0);
  database.close();
  const last = await at.load();
  expect(last.uploads.pending.peek()).toEqual([]);
  expect(last.room.getPendingEvents()).toHaveLength(4);
});

test("a file that waits stands in its place, one that goes up stands at the end", async () => {
  const page = await at.load();
  at.server.reachable = false;
  await chosen(page, fileOf("first"));
  await expect(page.say("second")).rejects.toThrow();
  page.uploads.add(fileOf("third"), NOWHERE);
  await vi.waitFor(
    () => expect(page.uploads.pending.peek().every(({ content }) => content)).toBe(true),
    WITHIN,
  );
  const [txnId = ""] = page.room.getPendingEvents().map((event) => event.getTxnId());
  const [first, third] = page.uploads.pending.peek().map((upload) => upload.txnId);
  const message = { ...page.uploads.among([])[0], id: txnId } as never;
  expect(page.uploads.among([message]).map(({ id }) => id)).toEqual([first, txnId, third]);
});

test("what is given up is not there on the next page, whether it was written down by then or not", async () => {
  at.server.reachable = false;
  const page = await at.load();
  await chosen(page, fileOf("written down"));
  page.uploads.add(fileOf("not yet"), NOWHERE);
  for (const { txnId } of page.uploads.pending.peek()) page.uploads.discard(txnId);
  await page.leave();
  const next = await at.load();
  expect(next.uploads.pending.peek()).toEqual([]);
  const database = await openDB(`herold-unsent-${ME}`);
  expect([await database.count("events"), await database.count("files")]).toEqual([0, 0]);
  database.close();
});

test("a file goes up again on the next page although the server refused it", async () => {
  at.server.refuses = "M_TOO_LARGE";
  const page = await at.load();
  page.uploads.add(fileOf("much"), NOWHERE);
  await vi.waitFor(() => expect(states(page)).toEqual([{ kind: "failed", reason: "too-large" }]), WITHIN);
  await vi.waitFor(() => expect(allKept(page)).toBe(true), WITHIN);
  await page.leave();
  at.server.refuses = undefined;
  const next = await at.load();
  next.reconnect();
  await vi.waitFor(() => expect(at.server.files).toEqual(["much"]), WITHIN);
  await vi.waitFor(() => expect(bodies()).toEqual(["much.txt"]), WITHIN);
});

test("what there is no room for says that it goes with the page, and the browser asks", async () => {
  at.server.reachable = false;
  const page = await at.load();
  await chosen(page, fileOf("small"));
  expect(asksToStay()).toBe(false);
  page.uploads.add(large(FILE_BYTES_MAX + 1), NOWHERE);
  await vi.waitFor(
    () =>
      expect(states(page)).toEqual([
        { kind: "waiting", lostWithPage: false },
        { kind: "waiting", lostWithPage: true },
      ]),
    WITHIN,
  );
  expect(asksToStay()).toBe(true);
  await page.leave();
  expect((await at.load()).uploads.pending.peek().map(({ file }) => file.name)).toEqual(["small.txt"]);
});

test("all files together are bounded, and one that went makes room", async () => {
  const kept = await KeptUnsent.open(ME);
  const put = (txnId: string, size: number) => {
    const { file: blob, ...file } = large(size);
    const said = { roomId: "!a", txnId, atMs: 1, type: "m.room.message", content: {} };
    const whole = { ...file, ...NOWHERE, mimeType: "", size };
    return kept.putFile({ ...said, redacts: undefined, eventId: undefined, file: whole }, blob);
  };
  const most = Math.ceil(ALL_FILES_BYTES_MAX / FILE_BYTES_MAX);
  const answers = [];
  for (let count = 0; count <= most; count += 1) answers.push(await put(`${count}`, FILE_BYTES_MAX));
  expect(answers).toEqual([...Array(most).fill(true), false]);
  await kept.remove(["0"]);
  expect(await put("again", FILE_BYTES_MAX)).toBe(true);
  await kept.close();
});

test("bytes cannot be read from what lies in the browser, and those without a message are removed", async () => {
  at.server.reachable = false;
  const page = await at.load();
  await chosen(page, fileOf("a secret"));
  await page.leave();
  const database = await openDB(`herold-unsent-${ME}`);
  const [sealed] = (await database.getAll("files")) as Uint8Array[];
  expect(new TextDecoder().decode(sealed)).not.toContain("secret");
  await database.put("files", sealed, 1_000);
  await database.put(
    "files",
    sealed?.map((byte) => byte ^ 1),
    1,
  );
  const next = await at.load();
  await vi.waitFor(() => expect(states(next)).toEqual([LOST]), WITHIN);
  expect(await database.count("files")).toBe(1);
  database.close();
});

test("a file that does not open any more says so in its place, until it is taken away", async () => {
  at.server.reachable = false;
  const page = await at.load();
  await chosen(page, fileOf("minutes", { caption: "Look!" }));
  await page.leave();
  const database = await openDB(`herold-unsent-${ME}`);
  await database.clear("files");

  const next = await at.load();
  await vi.waitFor(() => expect(states(next)).toEqual([LOST]), WITHIN);
  const [item] = next.uploads.among([]);
  expect(item?.content).toMatchObject({ kind: "file", name: "minutes.txt", caption: { plain: "Look!" } });
  // Nothing brings it back, and nothing of it is sent.
  at.server.reachable = true;
  await next.uploads.retry(item?.id ?? "");
  next.reconnect();
  await next.say("after it");
  expect([states(next), at.server.files, bodies()]).toEqual([[LOST], [], ["after it"]]);
  expect(asksToStay()).toBe(false);
  await next.leave();

  const third = await at.load();
  await vi.waitFor(() => expect(states(third)).toEqual([LOST]), WITHIN);
  third.uploads.discard(item?.id ?? "");
  expect(third.uploads.pending.peek()).toEqual([]);
  await third.leave();
  expect((await at.load()).uploads.pending.peek()).toEqual([]);
  database.close();
});
