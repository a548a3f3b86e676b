import { Direction, type MatrixEvent, type Room } from "matrix-js-sdk";
import { expect, test, vi } from "vitest";

import { Polls } from "./polls.ts";
import { messageEvent, testClient, testRoom, WITHIN } from "./testing.ts";
import { ThreadCounts } from "./thread-counts.ts";
import { MatrixTimeline } from "./timeline.ts";

const MESSAGES = 300;

const message = (place: number): MatrixEvent =>
  messageEvent(`$${place}`, { origin_server_ts: place, content: { msgtype: "m.text", body: String(place) } });

/** A room whose messages are all here already, so that nobody has to be asked. */
async function longRoom(): Promise<{ room: Room; timeline: MatrixTimeline }> {
  const client = testClient();
  const room = testRoom(client);
  const events = Array.from({ length: MESSAGES }, (_, place) => message(place));
  await room.addLiveEvents(events, { addToState: false });
  const timelineSet = room.getUnfilteredTimelineSet();
  const timeline = new MatrixTimeline(client, room, {
    timelineSet,
    counts: new ThreadCounts(),
    polls: new Polls(client, room),
  });
  return { room, timeline };
}

async function longConversation(): Promise<MatrixTimeline> {
  const { timeline } = await longRoom();
  await timeline.load();
  return timeline;
}

const edges = ({ items }: MatrixTimeline) => [items.value.at(0)?.eventId, items.value.at(-1)?.eventId];

test("what was let go comes again at its end", async () => {
  const timeline = await longConversation();
  const [, newest] = edges(timeline);
  expect([newest, timeline.newer.value]).toEqual([`$${MESSAGES - 1}`, "end"]);
  while (timeline.older.value === "idle") await timeline.loadOlder(MESSAGES);
  expect(edges(timeline)).toEqual(["$0", newest]);
  timeline.letGo("newer", "$100");
  expect(edges(timeline)).toEqual(["$0", "$100"]);
  expect([timeline.older.value, timeline.newer.value]).toEqual(["end", "idle"]);
  timeline.letGo("older", "$90");
  timeline.letGo("older", "nothing of it");
  expect(edges(timeline)).toEqual(["$90", "$100"]);
  expect([timeline.older.value, timeline.newer.value]).toEqual(["idle", "idle"]);
  while (timeline.newer.value === "idle") await timeline.loadNewer(MESSAGES);
  expect(edges(timeline)).toEqual(["$90", newest]);
  const places = timeline.items.value.map(({ eventId }) => Number(eventId?.slice(1)));
  expect(places).toEqual(places.map((_, place) => 90 + place));
});

test("from far back the newest is one step away", async () => {
  const timeline = await longConversation();
  await timeline.loadOlder(MESSAGES / 2);
  timeline.letGo("newer", "$200");
  await timeline.toNewest();
  expect(edges(timeline)[1]).toBe(`$${MESSAGES - 1}`);
  expect(timeline.newer.value).toBe("end");
});

test("what comes while it begins is not missed", async () => {
  const { room, timeline } = await longRoom();
  const loading = timeline.load();
  await room.addLiveEvents([message(MESSAGES)], { addToState: false });
  await loading;
  expect(edges(timeline)[1]).toBe(`$${MESSAGES}`);
  expect(timeline.newer.value).toBe("end");
});

/** A conversation in which nobody says anything but in a thread, which may be long. */
function answer(place: number): object {
  const relation = { rel_type: "m.thread", event_id: "$0" };
  return { ...message(place).event, content: { body: String(place), "m.relates_to": relation } };
}

/** A server at which something was said first, and then only what shows nothing of its own. */
const saidBefore =
  (nothing: (place: number) => object) =>
  async (url: RequestInfo | URL): Promise<Response> => {
    const from = Number(new URL(String(url)).searchParams.get("from"));
    const older = Array.from({ length: Math.min(from, 40) }, (_, back) => from - 1 - back);
    const chunk = older.map((place) => (place === 0 ? message(0).event : nothing(place)));
    return Response.json({ chunk, start: String(from), ...(from > 40 ? { end: String(from - 40) } : {}) });
  };

test("whoever waits for what was said before learns of a long part that shows nothing", async () => {
  const edit = (place: number): object => ({
    ...message(place).event,
    content: { body: "*", "m.new_content": {}, "m.relates_to": { rel_type: "m.replace", event_id: "$0" } },
  });
  const client = testClient(saidBefore(edit));
  const room = testRoom(client);
  room.getLiveTimeline().setPaginationToken(String(MESSAGES * 3), Direction.Backward);
  await room.addLiveEvents([message(MESSAGES * 3)], { addToState: false });
  const timeline = new MatrixTimeline(client, room, {
    timelineSet: room.getUnfilteredTimelineSet(),
    counts: new ThreadCounts(),
    polls: new Polls(client, room),
  });
  await timeline.load();
  expect([timeline.older.value, ...edges(timeline)]).toEqual(["idle", "$900", "$900"]);
  // As a view does: it looks again at every list, and nowhere else.
  timeline.items.subscribe(() => {
    if (timeline.older.peek() === "idle") void timeline.loadOlder(5);
  });
  await vi.waitFor(() => expect(timeline.older.value).toBe("end"), WITHIN);
  expect(edges(timeline)).toEqual(["$0", "$900"]);
});

test("what was said stands through gaps in which there are only answers in a thread", async () => {
  const client = testClient(saidBefore(answer));
  Object.assign(client, { clientOpts: { threadSupport: true } });
  const room = testRoom(client);
  await room.addLiveEvents([message(0)], { addToState: false });
  const timeline = new MatrixTimeline(client, room, {
    timelineSet: room.getUnfilteredTimelineSet(),
    counts: new ThreadCounts(),
    polls: new Polls(client, room),
  });
  await timeline.load();
  for (const gap of [61, 101, 141]) {
    room.resetLiveTimeline(String(gap), `before ${gap}`);
    await vi.waitFor(() => expect(timeline.older.value).toBe("end"), WITHIN);
    expect(edges(timeline)).toEqual(["$0", "$0"]);
  }
});
