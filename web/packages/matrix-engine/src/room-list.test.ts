import {
  ClientEvent,
  createClient,
  type MatrixClient,
  MatrixEvent,
  Room,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { quiet } from "./quiet.ts";
import { MatrixRooms } from "./room-list.ts";
import { roomName } from "./room-names.ts";
import { ThreadCounts } from "./thread-counts.ts";

const ME = "@me:example.org";

let client: MatrixClient;
let rooms: MatrixRooms;

const newClient = (): MatrixClient =>
  createClient({
    baseUrl: "https://example.org",
    userId: ME,
    deviceId: "D",
    roomNameGenerator: (_roomId, state) => roomName(ME, state),
    logger: quiet,
  });

beforeEach(() => {
  vi.useFakeTimers();
  client = newClient();
  rooms = new MatrixRooms(client, new ThreadCounts());
});

afterEach(() => {
  vi.useRealTimers();
});

function state(type: string, content: object, stateKey = ""): MatrixEvent {
  return new MatrixEvent({
    type,
    content,
    state_key: stateKey,
    sender: ME,
    event_id: `$${type}${stateKey}`,
    origin_server_ts: 1,
  });
}

function enter(
  roomId: string,
  { create = {}, events = [] }: { create?: object; events?: MatrixEvent[] } = {},
): Room {
  const room = new Room(roomId, client, ME);
  const joined = state("m.room.member", { membership: "join" }, ME);
  const all = [state("m.room.create", create), joined, ...events];
  for (const event of all) event.event.room_id = roomId;
  room.currentState.setStateEvents(all);
  room.updateMyMembership("join");
  client.store.storeRoom(room);
  client.emit(ClientEvent.Room, room);
  return room;
}

function synced(): void {
  client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Syncing);
  vi.runAllTimers();
}

function noteAccount(type: string, content: object): void {
  const event = new MatrixEvent({ type, content });
  client.store.storeAccountDataEvents([event]);
  client.emit(ClientEvent.AccountData, event, undefined);
  vi.runAllTimers();
}

const listed = (): string[] => rooms.all.value.map(({ roomId }) => roomId).sort();
const summary = (roomId: string) => rooms.all.value.find((one) => one.roomId === roomId);

test("nothing is listed before the first answer", () => {
  enter("!a");
  vi.runAllTimers();
  expect([listed(), rooms.complete.value]).toEqual([[], false]);
  synced();
  expect([listed(), rooms.complete.value]).toEqual([["!a"], true]);
});

test("of very many rooms some are looked at in a turn, and none is left out", () => {
  for (let index = 0; index < 1_000; index += 1) enter(`!${index}`);
  client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Syncing);
  vi.runOnlyPendingTimers();
  expect(rooms.complete.value).toBe(false);
  expect(listed().length).toBeGreaterThan(0);
  expect(listed().length).toBeLessThan(500);
  // What is kept is all of it.
  expect(rooms.now()).toHaveLength(1_000);
  vi.runAllTimers();
  expect([listed().length, rooms.complete.value]).toEqual([1_000, true]);
});

test("only the room that changed is looked at", () => {
  const [changed, other] = [enter("!a"), enter("!b")];
  synced();
  const before = [summary("!a"), summary("!b")];
  const looks = vi.spyOn(other, "getMyMembership");
  changed.name = "other words";
  client.emit(RoomEvent.Name, changed);
  vi.runAllTimers();
  expect(summary("!a")).toMatchObject({ name: "other words" });
  expect(summary("!a")).not.toBe(before[0]);
  expect(summary("!b")).toBe(before[1]);
  expect(looks).not.toHaveBeenCalled();
});

test("a room whose name shows nothing is called by its people, and they by their ids if need be", () => {
  const anna = state("m.room.member", { membership: "join", displayname: "\u2800" }, "@anna:example.org");
  const named = (name: string) => state("m.room.name", { name });
  enter("!a", { events: [named("\u3164"), anna] }).recalculate();
  enter("!b", { events: [named("Tea \u202eroom"), anna] }).recalculate();
  enter("!c", {
    events: [named("\u200b"), state("m.room.canonical_alias", { alias: "#tea:x" })],
  }).recalculate();
  enter("!d", { events: [named("\u200b")] }).recalculate();
  synced();
  expect(["!a", "!b", "!c", "!d"].map((id) => summary(id)?.name)).toEqual([
    "anna",
    "Tea room",
    "#tea:x",
    "me",
  ]);
});

test("what the account says of rooms reaches those of which it says something else", () => {
  enter("!a");
  enter("!b");
  synced();
  const before = summary("!b");
  noteAccount("m.direct", { "@anna:example.org": ["!a"] });
  expect(summary("!a")).toMatchObject({ direct: "@anna:example.org" });
  client.setPushRules({
    global: {
      override: [
        {
          rule_id: "!a",
          enabled: true,
          default: false,
          actions: [],
          conditions: [{ kind: "event_match", key: "room_id", pattern: "!a" } as never],
        },
      ],
    },
  });
  noteAccount("m.push_rules", {});
  expect(summary("!a")).toMatchObject({ muted: true });
  expect(summary("!b")).toBe(before);
});

test("rooms know the spaces they stand in, as long as these are entered", () => {
  const child = (roomId: string, content: object) => state("m.space.child", content, roomId);
  enter("!a");
  enter("!b");
  const space = enter("!space", {
    create: { type: "m.space" },
    events: [child("!a", { via: ["example.org"] }), child("!b", {})],
  });
  synced();
  expect(summary("!a")?.parents).toEqual(["!space"]);
  expect(summary("!b")?.parents).toEqual([]);
  space.updateMyMembership("leave");
  client.emit(RoomEvent.MyMembership, space, "leave");
  vi.runAllTimers();
  expect(summary("!a")?.parents).toEqual([]);
});

test("a room whose successor was entered is not listed, and can still be opened", () => {
  enter("!old", { events: [state("m.room.tombstone", { replacement_room: "!new" })] });
  synced();
  expect(listed()).toEqual(["!old"]);
  enter("!new", { create: { predecessor: { room_id: "!old" } } });
  vi.runAllTimers();
  expect(listed()).toEqual(["!new"]);
  expect(rooms.summary("!old")?.value.roomId).toBe("!old");
});

test("a room does not hide another one that it did not take the place of", () => {
  enter("!old", { events: [state("m.room.tombstone", { replacement_room: "!new" })] });
  enter("!new");
  synced();
  expect(listed()).toEqual(["!new", "!old"]);
});

test("what was kept is listed at once, and stays the same objects where nothing changed", () => {
  enter("!a");
  enter("!b");
  synced();
  const kept = JSON.parse(JSON.stringify(rooms.now()));
  client = newClient();
  rooms = new MatrixRooms(client, new ThreadCounts(), kept);
  expect([listed(), rooms.complete.value]).toEqual([["!a", "!b"], false]);
  const before = summary("!a");
  // The other one was left elsewhere meanwhile.
  enter("!a");
  vi.runAllTimers();
  expect([listed(), rooms.complete.value]).toEqual([["!a", "!b"], false]);
  synced();
  expect([listed(), rooms.complete.value]).toEqual([["!a"], true]);
  expect(summary("!a")).toBe(before);
});

test.each(["nonsense", "https://example.org/a.png", 5, {}, ["mxc://example.org/a"]])(
  "what is no address, such as %j, is no picture",
  (address) => {
    const invited = state("m.room.member", { membership: "invite", avatar_url: address }, "@other:x");
    enter("!named", { events: [state("m.room.avatar", { url: address })] });
    enter("!two", { events: [invited] });
    noteAccount("m.direct", { "@other:x": ["!two"] });
    synced();
    expect([summary("!named")?.avatar, summary("!two")?.avatar]).toEqual([undefined, undefined]);
  },
);
