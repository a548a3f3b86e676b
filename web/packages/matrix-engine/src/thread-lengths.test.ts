import { createClient, type MatrixClient, MatrixEvent, Room, RoomEvent, Thread } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { quiet } from "./quiet.ts";
import { ThreadLengths } from "./thread-lengths.ts";

const ME = "@me:example.org";

let client: MatrixClient;
let room: Room;
let thread: Thread;
let lengths: ThreadLengths;
/** What the server says of the thread. */
let told: { count: number; latest_event: object };
let asked = 0;

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  client = createClient({ baseUrl: "https://example.org", userId: ME, deviceId: "D", logger: quiet });
  vi.spyOn(client, "isInitialSyncComplete").mockReturnValue(true);
  vi.spyOn(client, "fetchRoomEvent").mockImplementation(async () => {
    asked += 1;
    return { event_id: "$root", unsigned: { "m.relations": { "m.thread": told } } };
  });
  room = new Room("!a", client, ME);
  client.reEmitter.reEmit(room, [RoomEvent.Timeline]);
  thread = new Thread("$root", undefined, { room, client });
  vi.spyOn(room, "getThread").mockReturnValue(thread);
  vi.spyOn(thread, "lastReply").mockImplementation(() => answers.at(-1) ?? null);
  lengths = new ThreadLengths(client);
  answers = [];
});

afterEach(() => {
  lengths.stop();
  vi.useRealTimers();
});

let answers: MatrixEvent[];

function comes(place: number): void {
  const answer = new MatrixEvent({
    type: "m.room.message",
    event_id: `$${place}`,
    content: { "m.relates_to": { rel_type: "m.thread", event_id: "$root" } },
  });
  answers.push(answer);
  room.emit(RoomEvent.Timeline, answer, room, false, false, {} as never);
}

test("once a thread is quiet it has as many answers as the server says", async () => {
  told = { count: 130, latest_event: { event_id: "$3" } };
  for (const place of [1, 2, 3]) comes(place);
  await vi.runAllTimersAsync();
  expect(thread.length).toBe(130);
  // From there on it is counted.
  const before = asked;
  comes(4);
  await vi.runAllTimersAsync();
  expect(asked).toBe(before);
});

test("while more is on its way the number stands as it is, and the server is asked again with what comes", async () => {
  told = { count: 131, latest_event: { event_id: "$2" } };
  comes(1);
  await vi.runAllTimersAsync();
  expect(thread.length).not.toBe(131);
  comes(2);
  await vi.runAllTimersAsync();
  expect(thread.length).toBe(131);
});
