import { type RoomSummary, type Session, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { RoomListModel } from "./room-list.model.ts";

function room(roomId: string, more: Partial<RoomSummary> = {}): RoomSummary {
  return {
    roomId,
    name: roomId,
    avatar: undefined,
    membership: "joined",
    direct: undefined,
    space: false,
    parents: [],
    encrypted: true,
    favourite: false,
    lowPriority: false,
    order: undefined,
    spaceOrder: undefined,
    muted: false,
    unread: { notifications: 0, mentions: 0, marked: false },
    last: undefined,
    recencyMs: 0,
    invitedBy: undefined,
    invitationReason: undefined,
    ...more,
  };
}

function listOf(...rooms: RoomSummary[]): RoomListModel {
  const all = signal<readonly RoomSummary[]>(rooms);
  return new RoomListModel({ rooms: { all, complete: signal(true) } } as unknown as Session);
}

const names = (model: RoomListModel) =>
  model.sections.value.map(({ kind, rooms }) => [kind, ...rooms.map((one) => one.roomId)]);

test("invitations first, then favourites in their order, then the newest", () => {
  const model = listOf(
    room("old", { recencyMs: 1 }),
    room("new", { recencyMs: 9 }),
    room("quiet", { lowPriority: true }),
    room("second", { favourite: true, order: 0.7 }),
    room("first", { favourite: true, order: 0.1 }),
    room("unplaced", { favourite: true, recencyMs: 5 }),
    room("invited", { membership: "invited" }),
    room("space", { space: true }),
  );
  expect(names(model)).toEqual([
    ["invitations", "invited"],
    ["favourites", "first", "second", "unplaced"],
    ["rooms", "new", "old"],
    ["low-priority", "quiet"],
  ]);
});

test("unread shows what notifies, mentions, invites or was marked", () => {
  const unread = { notifications: 0, mentions: 0, marked: false };
  const model = listOf(
    room("read"),
    room("notified", { unread: { ...unread, notifications: 2 }, recencyMs: 3 }),
    room("marked", { unread: { ...unread, marked: true }, recencyMs: 2 }),
    room("muted", { unread: { ...unread, notifications: 2 }, muted: true, recencyMs: 1 }),
  );
  model.show("unread");
  expect(names(model)).toEqual([["rooms", "notified", "marked", "muted"]]);
});

test("a space shows what stands in it, in spaces inside it as well", () => {
  const model = listOf(
    room("in", { parents: ["space"], recencyMs: 2 }),
    room("out"),
    room("space", { space: true }),
    room("inner", { space: true, parents: ["space"] }),
    room("deep", { parents: ["inner"], recencyMs: 1 }),
  );
  model.enterSpace("space");
  expect(names(model)).toEqual([["rooms", "in", "deep"]]);
});

test("a favourite that is moved gets a place between its neighbours", async () => {
  const written: unknown[] = [];
  const rooms = ["a", "b", "c"].map((id, place) => room(id, { favourite: true, order: (place + 1) / 4 }));
  const model = new RoomListModel({
    rooms: { all: signal(rooms), complete: signal(true) },
    room: (id: string) => ({
      setFavourite: async (_on: boolean, order: number) => written.push([id, order]),
    }),
  } as unknown as Session);
  await model.moveFavourite("c", "b");
  await model.moveFavourite("a", undefined);
  expect(written).toEqual([
    ["c", 0.375],
    ["a", 0.875],
  ]);
});
