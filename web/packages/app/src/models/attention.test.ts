import { type RoomSummary, type Session, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { attentionOf } from "./attention.ts";

function room(summary: Partial<RoomSummary>): RoomSummary {
  const unread = { notifications: 0, mentions: 0, marked: false };
  return { membership: "joined", muted: false, unread, ...summary } as RoomSummary;
}

test("messages that want to be told about and invitations count, over all accounts", () => {
  const all = signal<readonly RoomSummary[]>([]);
  const session = { rooms: { all } } as unknown as Session;
  const other = { rooms: { all: signal([room({ membership: "invited" })]) } } as unknown as Session;
  const waiting = attentionOf([session, other]);
  expect(waiting.value).toBe(1);
  const unread = { notifications: 3, mentions: 1, marked: false };
  all.value = [
    room({ unread }),
    room({ unread, muted: true }),
    room({ unread: { notifications: 0, mentions: 0, marked: true } }),
  ];
  expect(waiting.value).toBe(4);
});
