import {
  ClientEvent,
  EventType,
  KnownMembership,
  type MatrixClient,
  MatrixEvent,
  Room,
  RoomEvent,
  RoomStateEvent,
} from "matrix-js-sdk";
import { beforeEach, expect, test, vi } from "vitest";

import { MatrixImagePacks } from "./image-packs.ts";
import { MatrixMedia } from "./media.ts";
import { ME, testClient } from "./testing.ts";

let client: MatrixClient;
let packs: MatrixImagePacks;

beforeEach(() => {
  client = testClient();
  packs = new MatrixImagePacks(client, new MatrixMedia(client));
});

function addRoom(roomId: string, options: { type?: string; membership?: KnownMembership } = {}): Room {
  const room = new Room(roomId, client, ME);
  client.store.storeRoom(room);
  client.reEmitter.reEmit(room.currentState, [RoomStateEvent.Events]);
  set(room, EventType.RoomCreate, "", options.type ? { type: options.type } : {});
  set(room, EventType.RoomPowerLevels, "", { users: { [ME]: 100 } });
  room.updateMyMembership(options.membership ?? KnownMembership.Join);
  return room;
}

function set(room: Room, type: string, key: string, content: object, sender = ME): void {
  const event = { type, state_key: key, sender, room_id: room.roomId, event_id: `$${type}${key}`, content };
  room.currentState.setStateEvents([new MatrixEvent(event as never)]);
}

const addPack = (room: Room, key: string, name = key): void =>
  set(room, "m.room.image_pack", key, {
    images: { [key]: { url: `mxc://e.org/${key}` } },
    pack: { display_name: name },
  });

function put(inner: Room, space: Room, { told = true } = {}): void {
  set(inner, "m.space.parent", space.roomId, { via: ["e.org"], canonical: true }, "@other:e.org");
  if (told) set(space, "m.space.child", inner.roomId, { via: ["e.org"] });
}

function want(rooms: object): void {
  const event = new MatrixEvent({ type: "m.image_pack.rooms", content: { rooms } });
  client.store.storeAccountDataEvents([event]);
  client.emit(ClientEvent.AccountData, event, undefined);
}

const SPACE = { type: "m.space" };
const offered = (room: Room): string[] => packs.offeredIn(room.roomId).value.map(({ key }) => key);

test("first what is wanted everywhere, then the room's, then those of its spaces", () => {
  const [room, other] = [addRoom("!room"), addRoom("!other")];
  const [inner, outer] = [addRoom("!inner", SPACE), addRoom("!outer", SPACE)];
  put(room, inner);
  put(inner, outer);
  addPack(outer, "outer");
  addPack(inner, "inner");
  addPack(room, "second", "B");
  addPack(room, "first", "A");
  addPack(other, "wanted");
  addPack(other, "unwanted");
  want({ "!other": { wanted: {} }, "!room": { second: {} }, "!gone": { x: {} } });
  expect(offered(room)).toEqual(["wanted", "second", "first", "inner", "outer"]);
  const [wanted, , first] = packs.offeredIn("!room").value;
  expect([wanted?.everywhere, first?.everywhere]).toEqual([true, false]);
});

test("what changes is heard of, and what does not change stays the same object", () => {
  const room = addRoom("!room");
  const live = packs.offeredIn("!room");
  const heard: (readonly unknown[])[] = [];
  live.subscribe((now) => heard.push(now));
  addPack(room, "cats");
  expect(heard.at(-1)).toHaveLength(1);
  set(room, EventType.RoomName, "", { name: "Another" });
  expect(heard).toHaveLength(2);
  set(room, "m.room.image_pack", "cats", {});
  expect(heard.at(-1)).toEqual([]);
});

test("spaces that stand in each other end somewhere", () => {
  const [one, two] = [addRoom("!one", SPACE), addRoom("!two", SPACE)];
  put(one, two);
  put(two, one);
  addPack(one, "one");
  addPack(two, "two");
  expect(offered(one)).toEqual(["one", "two"]);
  const chain = Array.from({ length: 12 }, (_, index) => addRoom(`!deep${index}`, SPACE));
  for (const [index, space] of chain.entries()) {
    const next = chain[index + 1];
    if (next) put(space, next);
    addPack(space, `deep${index}`);
  }
  expect(offered(chain[0] as Room)).toHaveLength(9);
});

test("a space that does not know the room, or that one is not in, offers nothing", () => {
  const room = addRoom("!room");
  const strange = addRoom("!a-strange", SPACE);
  const left = addRoom("!b-left", { ...SPACE, membership: KnownMembership.Leave });
  const plain = addRoom("!c-plain");
  const true_ = addRoom("!d-true", SPACE);
  for (const space of [strange, left, plain, true_]) addPack(space, space.roomId.slice(3));
  put(room, strange, { told: false });
  for (const space of [left, plain, true_]) put(room, space);
  expect(offered(room)).toEqual(["true"]);
});

test("who left a room is not offered its packs", () => {
  const room = addRoom("!room");
  addPack(room, "cats");
  want({ "!room": { cats: {} } });
  const other = addRoom("!other");
  expect(offered(other)).toEqual(["cats"]);
  room.updateMyMembership(KnownMembership.Leave);
  client.emit(RoomEvent.MyMembership, room, KnownMembership.Leave, KnownMembership.Join);
  expect(offered(other)).toEqual([]);
});

test("two choices that come together are both kept", async () => {
  let content: object = {};
  vi.spyOn(client, "setAccountData").mockImplementation(async (_type, written) => {
    await Promise.resolve();
    content = written;
    want((written as unknown as { rooms: object }).rooms);
    return {};
  });
  const [a, b] = [
    packs.setEverywhere({ roomId: "!a", key: "" }, true),
    packs.setEverywhere({ roomId: "!b", key: "x" }, true),
  ];
  await Promise.all([a, b]);
  expect(content).toEqual({ rooms: { "!a": { "": {} }, "!b": { x: {} } } });
});

test("a room of which many packs are wanted is looked through once", () => {
  const [room, other] = [addRoom("!room"), addRoom("!other")];
  const keys = Array.from({ length: 50 }, (_, at) => `p${at}`);
  for (const key of keys) addPack(other, key);
  want({ "!other": Object.fromEntries(keys.map((key) => [key, {}])) });
  const looking = vi.spyOn(other.currentState, "getStateEvents");
  expect(offered(room)).toEqual(keys);
  // By its key each is found at once.
  expect(looking.mock.calls.filter(([, key]) => key === undefined)).toHaveLength(1);
});

test("what was wanted everywhere stays so in the room that replaces its own, and is given up there", async () => {
  const [room, old, next] = [addRoom("!room"), addRoom("!old"), addRoom("!next")];
  for (const one of [old, next]) addPack(one, "cats");
  addPack(old, "dogs");
  want({ "!old": { cats: {}, dogs: {} } });
  const found = () => packs.offeredIn(room.roomId).value.map(({ roomId, key }) => `${key} of ${roomId}`);
  // Either may say so alone.
  set(old, "m.room.tombstone", "", { replacement_room: "!next" });
  expect(found()).toEqual(["cats of !old", "dogs of !old"]);
  set(next, EventType.RoomCreate, "", { predecessor: { room_id: "!old" } });
  set(next, "m.room.name", "", { name: "Next" });
  // What is not there yet is used where it was.
  expect(found()).toEqual(["cats of !next", "dogs of !old"]);
  expect(packs.of("!next").value[0]?.everywhere).toBe(true);

  const written: object[] = [];
  vi.spyOn(client, "setAccountData").mockImplementation(async (_type, content) => {
    written.push(content);
    want((content as unknown as { rooms: object }).rooms);
    return {};
  });
  await packs.setEverywhere({ roomId: "!next", key: "cats" }, true);
  expect(written).toEqual([]);
  await packs.setEverywhere({ roomId: "!next", key: "cats" }, false);
  expect(written).toEqual([{ rooms: { "!old": { dogs: {} } } }]);
  await packs.setEverywhere({ roomId: "!old", key: "cats" }, true);
  expect(written.at(-1)).toEqual({ rooms: { "!old": { dogs: {} }, "!next": { cats: {} } } });
});

test("what is deleted in the room that replaced its own does not come back from there", async () => {
  const [room, old, next] = [addRoom("!room"), addRoom("!old"), addRoom("!next")];
  for (const one of [old, next]) addPack(one, "cats");
  set(old, "m.room.tombstone", "", { replacement_room: "!next" });
  set(next, EventType.RoomCreate, "", { predecessor: { room_id: "!old" } });
  want({ "!old": { cats: {} } });
  expect(offered(room)).toEqual(["cats"]);
  vi.spyOn(client, "sendStateEvent").mockImplementation(async (roomId, type, content, key) => {
    set(client.getRoom(roomId) as Room, type, key ?? "", content);
    return { event_id: "$removed" };
  });
  vi.spyOn(client, "setAccountData").mockImplementation(async (_type, content) => {
    want((content as unknown as { rooms: object }).rooms);
    return {};
  });
  await packs.remove({ roomId: "!next", key: "cats" });
  expect(offered(room)).toEqual([]);
  expect(client.getAccountData("m.image_pack.rooms" as never)?.getContent()).toEqual({ rooms: {} });
});

test("rooms that replace each other in a circle are looked through to an end", () => {
  const [room, one, other] = [addRoom("!room"), addRoom("!one"), addRoom("!other")];
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    addPack(from, "cats");
    set(from, "m.room.tombstone", "", { replacement_room: to.roomId });
    set(from, EventType.RoomCreate, "", { predecessor: { room_id: to.roomId } });
  }
  want({ "!one": { cats: {} } });
  expect(offered(room)).toEqual(["cats"]);
});
