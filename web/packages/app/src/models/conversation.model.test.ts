import { Failure, type Paging, type Room, signal, type TimelineItem } from "@herold/engine";
import { expect, test, vi } from "vitest";

import { ConversationModel, holds, rowsOf } from "./conversation.model.ts";
import { keptInMemory } from "./kept.ts";
import { fakeSession } from "./testing.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const dayOf = (atMs: number): number => Math.floor(atMs / DAY);

function item(id: string, sender: string, atMs: number, more: Partial<TimelineItem> = {}): TimelineItem {
  return {
    id,
    eventId: `$${id}`,
    sender: { userId: sender, name: sender, avatar: undefined },
    mine: sender === "me",
    atMs,
    content: { kind: "text", words: { plain: id, html: undefined } },
    state: { kind: "sent" },
    edited: false,
    encryption: "none",
    reply: undefined,
    thread: undefined,
    reactions: [],
    readBy: [],
    mentionsMe: false,
    can: { edit: false, redact: false },
    ...more,
  };
}

const shape = (items: TimelineItem[], readUpTo?: string) =>
  rowsOf(items, readUpTo, dayOf).map((row) =>
    row.kind === "item" ? `${row.continues ? "+" : ""}${row.id}${row.continued ? "+" : ""}` : row.kind,
  );

test("a day stands above its first message, messages of one person stand together", () => {
  const items = [
    item("a", "anna", 0),
    item("b", "anna", MINUTE),
    item("c", "me", 2 * MINUTE),
    item("d", "me", 20 * MINUTE),
    item("e", "me", DAY),
  ];
  expect(shape(items)).toEqual(["day", "a+", "+b", "c", "d", "day", "e"]);
});

test("the line stands above the first new message of somebody else", () => {
  const items = [item("a", "anna", 0), item("b", "me", 1), item("c", "anna", 2), item("d", "anna", 3)];
  expect(shape(items, "$a")).toEqual(["day", "a", "b", "new", "c+", "+d"]);
  expect(shape(items, "$d")).toEqual(["day", "a", "b", "c+", "+d"]);
  expect(shape(items, "$gone")).toEqual(["day", "a", "b", "c+", "+d"]);
});

test("many who come at once are told in one line, unless there is more to say of one of them", () => {
  const came = (id: string, change: "joined" | "invited" | "kicked", by = id, reason?: string) =>
    item(id, by, 1, {
      content: {
        kind: "membership",
        change,
        of: { userId: id, name: id, avatar: undefined },
        reason,
        previousName: undefined,
      },
    });
  const crowds = (...items: TimelineItem[]) =>
    rowsOf(items, undefined, dayOf).flatMap((row) =>
      row.kind === "item" ? (row.album ?? [row.item]).map(({ id }) => id).join(" ") : [],
    );
  expect(crowds(came("a", "joined"), came("b", "joined"), came("c", "joined"))).toEqual(["a b c"]);
  expect(crowds(came("a", "invited", "x"), came("b", "invited", "x"), came("c", "invited", "y"))).toEqual([
    "a b",
    "c",
  ]);
  expect(crowds(came("a", "joined"), came("b", "joined", "b", "because"))).toEqual(["a", "b"]);
  expect(crowds(came("a", "kicked", "x"), came("b", "kicked", "x"))).toEqual(["a", "b"]);
});

test("what happens to the room is no new message", () => {
  const joined = item("j", "bert", 1, {
    content: {
      kind: "membership",
      change: "joined",
      of: { userId: "bert", name: "bert", avatar: undefined },
      reason: undefined,
      previousName: undefined,
    },
  });
  expect(shape([item("a", "anna", 0), joined], "$a")).toEqual(["day", "a", "j"]);
});

test("that a room was made is told once, and what was changed later is told as well", () => {
  const change = (id: string, what: "created" | "permissions" | "history" | "encrypted", atMs: number) =>
    item(id, "anna", atMs, { content: { kind: "room", change: { what, to: undefined } as never } });
  const items = [
    change("made", "created", 0),
    change("levels", "permissions", 1),
    change("encrypted", "encrypted", 2),
    change("history", "history", 3),
    item("a", "bert", 4),
    change("later", "permissions", DAY - 1),
  ];
  expect(shape(items)).toEqual(["day", "made+", "+encrypted", "a", "later"]);
  // The step that was read last is not shown, and the line is.
  expect(shape(items, "$history")).toEqual(["day", "made+", "+encrypted", "new", "a", "later"]);
});

/** A conversation in which Anna says things. */
function conversation(readUpTo = "$a") {
  const items = signal<readonly TimelineItem[]>([item("a", "anna", 0), item("b", "anna", 1)]);
  const newer = signal<Paging>("end");
  const markRead = vi.fn<Room["markRead"]>(async () => undefined);
  const timeline = { items, newer, readUpTo: signal(readUpTo) };
  const room = { roomId: "!a:x", timeline, markRead } as unknown as Room;
  const model = new ConversationModel({
    room,
    session: fakeSession(),
    drafts: keptInMemory(),
    go: () => undefined,
    record: () => Promise.reject(new Error("no microphone")),
    openThread: () => undefined,
    dayOf,
  });
  const say = (id: string): void => {
    items.value = [...items.value, item(id, "anna", items.value.length)];
  };
  /** The message that the line stands above. */
  const line = (): string | undefined => {
    const rows = model.rows.value;
    const below = rows[rows.findIndex((row) => row.kind === "new") + 1];
    return rows.some((row) => row.kind === "new") ? below?.id : undefined;
  };
  const told = (): string[] => markRead.mock.calls.map(([eventId]) => eventId);
  return { model, newer, markRead, say, line, told };
}

test("while somebody looks the line stays, and every message is read", () => {
  const { model, say, line, told } = conversation();
  model.seen(false);
  say("c");
  model.seen(false);
  expect(line()).toBe("b");
  expect(told()).toEqual(["$b", "$c"]);
});

test("what comes while nobody looks has the line above it when they are back", () => {
  const { model, say, line, told } = conversation();
  model.seen(false);
  model.away();
  expect(line()).toBe("b");
  say("c");
  expect(told()).toEqual(["$b"]);
  say("d");
  model.seen(false);
  say("e");
  model.seen(false);
  expect(line()).toBe("c");
  expect(told()).toEqual(["$b", "$d", "$e"]);
});

test("who only looked aside finds the line where it was", () => {
  const { model, line } = conversation();
  model.seen(false);
  model.away();
  model.seen(false);
  expect(line()).toBe("b");
});

test("what comes while somebody looks is not new to them", () => {
  const { model, say, line } = conversation("$b");
  model.seen(false);
  say("c");
  expect(line()).toBeUndefined();
  model.seen(false);
  say("d");
  model.seen(false);
  model.away();
  expect(line()).toBeUndefined();
  say("e");
  expect(line()).toBe("e");
});

test("in an older part of the conversation nothing is seen", () => {
  const { model, newer, told } = conversation();
  newer.value = "idle";
  model.seen(false);
  expect(told()).toEqual([]);
});

test("a receipt that did not arrive is sent again", async () => {
  const { model, markRead, told } = conversation();
  markRead.mockRejectedValueOnce(new Error("no network"));
  model.seen(true);
  await vi.waitFor(() => {
    model.seen(true);
    expect(told()).toEqual(["$b", "$b"]);
  });
  expect(markRead).toHaveBeenLastCalledWith("$b", { privately: true });
});

/** A conversation whose newest messages are here, and others only at the server. */
function farConversation(options: { thread?: string } = {}) {
  const toNewest = vi.fn(async () => undefined);
  const here = {
    items: signal([item("a", "anna", 0)]),
    newer: signal("end"),
    older: signal("end"),
    toNewest,
    letGo: vi.fn(),
    readUpTo: signal<string | undefined>(undefined),
  };
  const elsewhere = { items: signal([item("old", "anna", 0)]), newer: signal("idle"), older: signal("idle") };
  const opened: string[] = [];
  const marked: string[] = [];
  const room = {
    markRead: async (eventId: string) => void marked.push(eventId),
    roomId: "!a:x",
    timeline: here,
    thread: () => here,
    timelineAt: async (eventId: string) => {
      if (eventId === "$old") return elsewhere;
      throw new Failure("not-found");
    },
    threadAt: async (_root: string, eventId: string) => {
      if (eventId === "$old") return elsewhere;
      throw new Failure("not-found");
    },
    threadOf: async (eventId: string) => (eventId === "$answer" ? "$root" : undefined),
    messageAt: async () => "$old",
  } as unknown as Room;
  const model = new ConversationModel({
    room,
    session: fakeSession(),
    ...options,
    drafts: keptInMemory(),
    go: () => undefined,
    record: () => Promise.reject(new Error("no microphone")),
    openThread: (root, eventId) => opened.push(root, eventId),
    dayOf,
  });
  return { model, elsewhere, opened, here, marked };
}

test("a message that is far away is gone to, and back to the answer", async () => {
  const { model, elsewhere, here } = farConversation();
  await model.goToAnswered("$old", "$a");
  expect([model.timeline.value, model.target.value, model.back.value]).toEqual([elsewhere, "$old", "$a"]);
  model.goToNewest();
  expect([model.timeline.value, model.back.value]).toEqual([here, undefined]);
  expect(here.toNewest).toHaveBeenCalledOnce();
  await model.goToDate(0);
  expect(model.target.value).toBe("$old");
});

test("what is far away is let go, unless somebody needs it", () => {
  const { model, here } = farConversation();
  const picture = (id: string): TimelineItem =>
    item(id, "anna", DAY, { content: { kind: "image" } as TimelineItem["content"] });
  here.items.value = [item("a", "anna", 0), picture("b"), picture("c"), item("d", "anna", 2 * DAY)];
  expect(model.rows.value.map(({ id }) => id)).toEqual(["day 0", "a", "day 1", "b", "day 2", "d"]);
  // A day goes with the message before it, pictures that stand together stay together.
  for (const id of ["b", "day 2", "day 0", "gone"]) model.letGo("older", id);
  for (const id of ["b", "day 1", "gone"]) model.letGo("newer", id);
  expect(here.letGo.mock.calls).toEqual([
    ["older", "b"],
    ["older", "b"],
    ["newer", "c"],
    ["newer", "c"],
  ]);
  here.newer.value = "idle";
  expect(model.newest()).toEqual([]);
  here.newer.value = "end";
  expect(model.newest()).toHaveLength(4);
  model.select("a");
  model.letGo("older", "b");
  model.selection.end();
  model.showPicture("b");
  model.letGo("older", "b");
  expect(here.letGo).toHaveBeenCalledTimes(4);
});

test("the line above what is new keeps what was read", () => {
  const { model, here } = farConversation();
  here.items.value = [item("a", "anna", 0), item("b", "anna", 1), item("c", "anna", 2), item("d", "anna", 3)];
  here.readUpTo.value = "$b";
  expect(model.rows.value.map(({ id }) => id)).toEqual(["day 0", "a", "b", "new", "c", "d"]);
  model.letGo("older", "d");
  expect(here.letGo).toHaveBeenCalledExactlyOnceWith("older", "b");
});

test("a message of a thread is shown there", async () => {
  const { model, opened } = farConversation();
  await model.goTo("$answer");
  expect(opened).toEqual(["$root", "$answer"]);
  expect(model.target.value).toBeUndefined();
});

test("on the way to a message nothing counts as seen", async () => {
  const { model, marked } = farConversation();
  const going = model.goTo("$old");
  model.seen(false);
  await going;
  model.seen(false);
  expect(marked).toEqual([]);
  model.goToNewest();
  model.seen(false);
  expect(marked).toEqual(["$a"]);
});

test("a message that is nowhere is said to be so, until somebody has read that", async () => {
  const { model } = farConversation();
  await model.goTo("$nowhere");
  expect(model.targetFailed.value).toBe(true);
  model.forgetFailed();
  expect(model.targetFailed.value).toBe(false);
  const { model: thread, elsewhere } = farConversation({ thread: "$root" });
  await thread.goTo("$nowhere");
  expect(thread.targetFailed.value).toBe(true);
  await thread.goTo("$old");
  expect([thread.timeline.value, thread.target.value, thread.targetFailed.value]).toEqual([
    elsewhere,
    "$old",
    false,
  ]);
});

test("pictures that were sent together stand together, until somebody says something about one", () => {
  const picture = (id: string, more: Partial<TimelineItem> = {}): TimelineItem =>
    item(id, "anna", 0, { content: { kind: "image" } as TimelineItem["content"], ...more });
  const reaction = { key: "👍", by: [], mine: false };
  const pictures = [picture("a"), picture("b"), picture("c"), picture("d", { reactions: [reaction] })];
  const rows = rowsOf(pictures, undefined, dayOf).filter((row) => row.kind === "item");
  expect(rows.map((row) => row.album?.map(({ id }) => id) ?? row.id)).toEqual([["a", "b", "c"], "d"]);
  expect(rows.map((row) => holds(row, "$b"))).toEqual([true, false]);
});
