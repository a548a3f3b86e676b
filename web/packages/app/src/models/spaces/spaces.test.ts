import { Failure, type Room, type RoomSummary, type Session, type SpaceChild, signal } from "@herold/engine";
import { expect, test } from "vitest";

import type { RoomListModel } from "../room-list.model.ts";
import { SpaceModel } from "./space.model.ts";
import { SpaceStripModel } from "./space-strip.model.ts";
import { childrenOf, insideOf } from "./tree.ts";

const nothing = { notifications: 0, mentions: 0, marked: false };
const room = (roomId: string, parents: string[], more: Partial<RoomSummary> = {}) =>
  ({
    roomId,
    name: roomId,
    parents,
    membership: "joined",
    space: false,
    muted: false,
    unread: nothing,
    ...more,
  }) as RoomSummary;
const space = (roomId: string, parents: string[], spaceOrder?: string) =>
  room(roomId, parents, { space: true, spaceOrder });

test("what stands in a space inside stands in the space, rings notwithstanding", () => {
  const rooms = [space("a", ["b"]), space("b", ["a"]), room("x", ["b"]), room("y", [])];
  expect([...insideOf(childrenOf(rooms), "a")].sort()).toEqual(["a", "b", "x"]);
});

function stripOf(rooms: RoomSummary[]) {
  const written: string[][] = [];
  const session = {
    rooms: {
      all: signal(rooms),
      setSpaceOrder: async (id: string, order: string) => written.push([id, order]),
    },
  } as unknown as Session;
  const list = { space: signal(undefined) } as unknown as RoomListModel;
  return { strip: new SpaceStripModel(session, list), written };
}

test("spaces stand in their order, each with what waits in it", () => {
  const unread = { ...nothing, notifications: 3 };
  const { strip } = stripOf([
    space("zoo", [], "b"),
    space("inner", ["zoo"]),
    space("young", []),
    space("all", [], "c"),
    room("x", ["inner"], { unread }),
    room("y", ["zoo"], { unread, muted: true }),
    room("z", ["young"]),
  ]);
  expect(strip.spaces.value.map(({ id, waiting }) => [id, waiting])).toEqual([
    ["zoo", 1],
    ["all", 0],
    ["young", 0],
  ]);
});

test("moving a space writes its new place", async () => {
  const { strip, written } = stripOf([space("a", [], "d"), space("b", [], "h"), space("c", [], "p")]);
  await strip.move("c", "b");
  expect(written.map(([id]) => id)).toEqual(["c"]);
  expect((written[0]?.[1] ?? "") > "d" && (written[0]?.[1] ?? "") < "h").toBe(true);
});

const child = (roomId: string, order?: string) =>
  ({ roomId, order, suggested: roomId === "b" }) as SpaceChild;

function modelOf(children: SpaceChild[], fails = false) {
  const written: unknown[] = [];
  const inside = {
    roomId: "!space",
    setChild: async (...given: unknown[]) => {
      if (fails) throw new Failure("forbidden");
      written.push(given);
    },
  } as unknown as Room;
  const session = {
    rooms: {
      all: signal([room("a", []), room("free", []), room("dm", [], { direct: "@anna:x" })]),
      children: async (_id: string, after?: string) =>
        after ? { found: children.slice(2), next: undefined } : { found: children.slice(0, 2), next: "2" },
    },
  } as unknown as Session;
  return { model: new SpaceModel(session, inside), written };
}

test("a child goes up and down, and what else is known of it stays", async () => {
  const { model, written } = modelOf([child("a", "d"), child("b", "h"), child("c", "p")]);
  await model.children.load();
  await model.children.loadMore();
  expect(model.children.hasMore.value).toBe(false);
  await model.move("b", -1);
  expect(model.children.all.value.map(({ roomId }) => roomId)).toEqual(["b", "a", "c"]);
  expect(written).toEqual([["b", { order: expect.stringMatching(/^[a-d]/), suggested: true }]]);
  await model.move("b", -1);
  expect(written).toHaveLength(1);
  await model.move("b", 1);
  await model.move("b", 1);
  expect(model.children.all.value.map(({ roomId }) => roomId)).toEqual(["a", "c", "b"]);
});

test("rooms that are not here yet can be put here, conversations between two cannot", async () => {
  const { model, written } = modelOf([child("a")]);
  await model.children.load();
  expect(model.addable.value.map(({ roomId }) => roomId)).toEqual(["free"]);
  await model.add(["free"]);
  expect(written).toEqual([["free", {}]]);
});

test("what may not be taken out stays", async () => {
  const { model } = modelOf([child("a")], true);
  await model.children.load();
  await model.remove("a");
  expect([model.children.all.value.length, model.failure.value]).toEqual([1, "forbidden"]);
});

test("what could not be moved stands where it was, and what it is suggested for stays", async () => {
  const { model } = modelOf([child("a", "d"), child("b", "h")], true);
  await model.children.load();
  await model.move("b", -1);
  expect(model.children.all.value.map(({ roomId }) => roomId)).toEqual(["a", "b"]);
  await model.suggest(child("a"), true);
  expect(model.children.all.value.map(({ suggested }) => suggested)).toEqual([false, true]);
});
