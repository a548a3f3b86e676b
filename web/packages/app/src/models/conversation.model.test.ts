import type { TimelineItem } from "@herold/engine";
import { expect, test } from "vitest";

import { rowsOf } from "./conversation.model.ts";

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
