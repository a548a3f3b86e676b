import type { TimelineItem } from "@herold/engine";
import fc from "fast-check";
import {
  ClientEvent,
  createClient,
  type MatrixClient,
  MatrixError,
  MatrixEvent,
  Room,
  SyncState,
} from "matrix-js-sdk";
import { RustCrypto } from "matrix-js-sdk/lib/rust-crypto/rust-crypto.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { itemOf } from "./items.ts";
import { Polls } from "./polls.ts";
import { quiet } from "./quiet.ts";
import { detailsOf } from "./room-details.ts";
import { MatrixRooms } from "./room-list.ts";
import { bearStrangeEvents, type Verifying } from "./strange-events.ts";
import { ThreadCounts } from "./thread-counts.ts";

const ME = "@me:example.org";
const OTHER = "@other:example.org";
const ROOM = "!room:example.org";

let client: MatrixClient;
let room: Room;
let rooms: MatrixRooms;

beforeEach(() => {
  vi.useFakeTimers();
  client = createClient({ baseUrl: "https://example.org", userId: ME, deviceId: "D", logger: quiet });
  bearStrangeEvents(client);
  rooms = new MatrixRooms(client, new ThreadCounts());
  room = new Room(ROOM, client, ME);
  room.currentState.setStateEvents([
    event("m.room.create", {}, ""),
    event("m.room.member", { membership: "join" }, ME),
    event("m.room.member", { membership: "join" }, OTHER),
  ]);
  room.updateMyMembership("join");
  client.store.storeRoom(room);
  client.emit(ClientEvent.Room, room);
  client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Syncing);
});

afterEach(() => {
  vi.useRealTimers();
});

let count = 0;

function event(type: string, content: unknown, stateKey?: string): MatrixEvent {
  count += 1;
  return new MatrixEvent({
    type,
    content: content as object,
    ...(stateKey === undefined ? {} : { state_key: stateKey }),
    sender: OTHER,
    room_id: ROOM,
    event_id: `$${count}`,
    origin_server_ts: 1,
  });
}

/** What stands in events, of any kind in any place: now and then the right one. */
const value = fc.jsonValue({ maxDepth: 2 });
const some = <T>(...right: T[]) => fc.oneof(value, fc.constantFrom(...right));
const content = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape, { requiredKeys: [] });

const MXC = "mxc://example.org/a";
const info = fc.oneof(
  value,
  content({
    mimetype: some("image/png"),
    w: some(5),
    size: some(5),
    thumbnail_url: some(MXC),
    thumbnail_info: value,
  }),
);
const relation = fc.oneof(
  value,
  content({
    rel_type: some("m.replace", "m.annotation", "m.thread", "m.reference"),
    event_id: some("$1"),
    key: some("👍"),
    "m.in_reply_to": fc.oneof(value, content({ event_id: some("$1") })),
  }),
);
const message = content({
  msgtype: some("m.text", "m.image", "m.video", "m.audio", "m.file", "m.location", "m.emote"),
  body: some("x"),
  format: some("org.matrix.custom.html"),
  formatted_body: some("<b>x</b>"),
  url: some(MXC),
  file: fc.oneof(value, content({ url: some(MXC) })),
  filename: some("x"),
  info,
  geo_uri: some("geo:1,2"),
  "m.mentions": value,
  "m.new_content": value,
  "m.relates_to": relation,
  "org.matrix.msc1767.audio": fc.oneof(value, content({ waveform: some([5]), duration: some(5) })),
  "org.matrix.msc3245.voice": value,
  "m.poll": fc.oneof(
    value,
    content({
      question: value,
      answers: fc.oneof(value, fc.array(value)),
      max_selections: value,
      kind: value,
    }),
  ),
  call_id: value,
  offer: value,
  lifetime: value,
});

const SAID = ["m.room.message", "m.sticker", "m.reaction", "m.poll.start", "m.call.invite", "m.room.topic"];

function itemIn(said: MatrixEvent): TimelineItem | undefined {
  return itemOf(said, {
    room,
    timelineSet: room.getUnfilteredTimelineSet(),
    thread: undefined,
    polls: new Polls(client, room),
    counts: new ThreadCounts(),
    shield: () => "none",
    answered: () => undefined,
  });
}

test("whatever is said, an item is made of it, or none", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SAID), message, (type, said) => {
      const item = itemIn(event(type, said));
      const source = item && "source" in item.content ? item.content.source.address : MXC;
      expect(source).toBe(MXC);
    }),
  );
});

const STATES = [
  "m.room.name",
  "m.room.topic",
  "m.room.avatar",
  "m.room.canonical_alias",
  "m.room.pinned_events",
  "m.room.join_rules",
  "m.room.history_visibility",
  "m.room.tombstone",
  "m.space.child",
];
const state = content({
  name: value,
  topic: value,
  url: value,
  pinned: value,
  join_rule: value,
  allow: fc.oneof(value, fc.array(value)),
  history_visibility: value,
  replacement_room: value,
  via: value,
  alias: value,
});

test("whatever stands in the state of a room, it is listed, and told of", () => {
  fc.assert(
    fc.property(fc.constantFrom(...STATES), state, (type, stands) => {
      room.currentState.setStateEvents([event(type, stands, "")]);
      room.recalculate();
      client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Syncing);
      vi.runAllTimers();
      expect(rooms.now()?.map(({ summary }) => typeof summary.name)).toEqual(["string"]);
      expect(detailsOf(client, room).pinned.every((id) => typeof id === "string")).toBe(true);
    }),
  );
});

test("whatever the account notes of a room, it is listed", () => {
  fc.assert(
    fc.property(value, value, value, (tags, direct, unread) => {
      room.addAccountData([event("m.tag", { tags }), event("m.fully_read", { event_id: unread })]);
      room.addAccountData([event("m.marked_unread", { unread })]);
      const noted = event("m.direct", { [OTHER]: direct });
      client.store.storeAccountDataEvents([noted]);
      client.emit(ClientEvent.AccountData, noted, undefined);
      vi.runAllTimers();
      const [listed] = rooms.now() ?? [];
      expect(typeof listed?.summary.favourite).toBe("boolean");
      expect(["number", "undefined"]).toContain(typeof listed?.summary.order);
    }),
  );
});

test.each([
  ["m.call.invite", { lifetime: { toString: 0 }, offer: { sdp: { toString: 0 } } }],
  ["m.room.message", { msgtype: { toString: 0 } }],
  [
    "m.poll.start",
    { "m.poll": { question: { body: "?" }, answers: [{ id: { toString: 0 } }], kind: { toString: 0 } } },
  ],
])("what cannot even be written down is borne: %s", (type, content) => {
  expect(() => itemIn(event(type, content))).not.toThrow();
});

test("what every object has is no room", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    const noted = event("m.direct", { [OTHER]: [name] });
    client.store.storeAccountDataEvents([noted]);
    client.emit(ClientEvent.AccountData, noted, undefined);
    vi.runAllTimers();
    expect(rooms.now()?.map(({ summary }) => summary.roomId)).toEqual([ROOM]);
  }
});

test("a favourite without a place among them, or with a strange one, is one", () => {
  for (const favourite of [{}, 5, { order: "first" }]) {
    room.addAccountData([event("m.tag", { tags: { "m.favourite": favourite } })]);
    expect(rooms.now()?.[0]?.summary).toMatchObject({ favourite: true, order: undefined });
  }
});

test("an answer in a thread that there is not is no error that nobody hears", async () => {
  const failure = new MatrixError({ errcode: "M_NOT_FOUND" }, 404);
  client.paginateEventTimeline = vi.fn(() => Promise.reject(failure));
  bearStrangeEvents(client);
  const thread = room.createThread("$nope", undefined, [], false);
  await expect(client.paginateEventTimeline(thread.liveTimeline, {})).resolves.toBe(false);
  await expect(client.paginateEventTimeline(room.getLiveTimeline(), {})).rejects.toBe(failure);
});

test("what says that it verifies somebody, and is nothing of the kind, is no error that nobody hears", async () => {
  const verifying = RustCrypto.prototype as unknown as Verifying;
  const handled = vi.spyOn(verifying, "onKeyVerificationEvent");
  handled.mockRejectedValue(new Error("missing field `from_device`"));
  const crypto = Object.create(RustCrypto.prototype) as RustCrypto;
  vi.spyOn(client, "getCrypto").mockReturnValue(crypto);
  bearStrangeEvents(client);
  await crypto.onLiveEventFromSync(event("m.key.verification.start", { from_device: 7 }));
  expect(handled).toHaveBeenCalledTimes(1);
});
