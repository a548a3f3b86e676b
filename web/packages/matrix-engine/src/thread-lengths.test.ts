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
  thread.initialEventsFetched = true;
  vi.spyOn(thread, "findEventById").mockImplementation((id) => answers.find((event) => event.getId() === id));
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
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toBe(1);
  expect(thread.length).not.toBe(131);
  comes(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([asked, thread.length]).toEqual([2, 131]);
});

test("while a thread is being loaded the server is asked again, and not for ever", async () => {
  told = { count: 130, latest_event: { event_id: "$2" } };
  thread.initialEventsFetched = false;
  for (const place of [1, 2]) comes(place);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([asked, thread.length]).toEqual([1, 0]);
  thread.initialEventsFetched = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect([asked, thread.length]).toEqual([2, 130]);

  told = { count: 130, latest_event: { event_id: "$gone" } };
  lengths.stop();
  lengths = new ThreadLengths(client);
  comes(3);
  await vi.runAllTimersAsync();
  expect(asked).toBe(2 + 6);
});

test("what the server said of an older answer does not stand for the newest", async () => {
  told = { count: 3, latest_event: { event_id: "$3" } };
  for (const place of [1, 2, 3]) comes(place);
  Object.assign(thread, { lastEvent: answers[0], replyCount: 3 });
  await vi.runAllTimersAsync();
  expect(thread.replyToEvent?.getId()).toBe("$3");
});

test("what comes while the server is asked has it asked again", async () => {
  told = { count: 1, latest_event: { event_id: "$1" } };
  vi.spyOn(client, "fetchRoomEvent").mockImplementationOnce(async () => {
    const before = told;
    told = { count: 2, latest_event: { event_id: "$2" } };
    comes(2);
    return { event_id: "$root", unsigned: { "m.relations": { "m.thread": before } } };
  });
  comes(1);
  await vi.runAllTimersAsync();
  expect(thread.length).toBe(2);
});
