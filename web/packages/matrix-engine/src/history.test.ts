import { Failure, type HistoryEvent, type Period } from "@herold/engine";
import { type IEvent, type MatrixClient, MatrixError, MatrixEvent, type Room } from "matrix-js-sdk";
import { expect, test, vi } from "vitest";

import { history } from "./history.ts";
import { endContent, POLL_START, RESPONSE, responseContent, startContent } from "./poll-format.ts";

const ROOM = {
  roomId: "!r:x",
  myUserId: "@anna:x",
  loadMembersIfNeeded: async () => true,
  getMember: () => null,
  currentState: { hasSufficientPowerLevelFor: () => false },
} as unknown as Room;

function event(atMs: number, more: Partial<IEvent> = {}): Partial<IEvent> {
  return {
    event_id: `$${atMs}`,
    type: "m.room.message",
    sender: "@ben:x",
    origin_server_ts: atMs,
    content: { msgtype: "m.text", body: `at ${atMs}` },
    ...more,
  };
}

interface Page {
  readonly chunk: readonly Partial<IEvent>[];
  readonly end?: string;
}

/** A server that answers with these pages by their tokens. */
function clientWith(pages: Record<string, Page | Error>, more: object = {}) {
  const asked: string[] = [];
  const client = {
    getEventMapper: () => (one: Partial<IEvent>) => new MatrixEvent(one),
    decryptEventIfNeeded: async () => undefined,
    createMessagesRequest: async (_room: string, from: string | null) => {
      asked.push(from ?? "");
      const page = pages[from ?? ""];
      if (page instanceof Error) {
        pages[from ?? ""] = { chunk: [event(1)] };
        throw page;
      }
      return page;
    },
    ...more,
  } as unknown as MatrixClient;
  return { client, asked };
}

async function all(client: MatrixClient, period: Period = {}, signal = new AbortController().signal) {
  const events: HistoryEvent[] = [];
  for await (const page of history(client, ROOM, period, signal)) events.push(...page);
  return events;
}

const ids = (events: readonly HistoryEvent[]) => events.map(({ eventId }) => eventId);

test("it goes from the beginning to the end, page by page", async () => {
  const { client, asked } = clientWith({
    "": { chunk: [event(1), event(2)], end: "a" },
    a: { chunk: [], end: "b" },
    b: { chunk: [event(3)] },
  });
  expect(ids(await all(client))).toEqual(["$1", "$2", "$3"]);
  expect(asked).toEqual(["", "a", "b"]);
});

test("a period begins with its first message, and ends with the first page behind it", async () => {
  const around = { event: event(10), events_after: [event(11)], end: "a" };
  const { client, asked } = clientWith(
    { a: { chunk: [event(12), event(20)], end: "b" }, b: { chunk: [event(21)], end: "c" } },
    { timestampToEvent: async () => ({ event_id: "$10" }), http: { authedRequest: async () => around } },
  );
  expect(ids(await all(client, { fromMs: 9, untilMs: 20 }))).toEqual(["$10", "$11", "$12"]);
  expect(asked).toEqual(["a", "b"]);
});

test("where nothing was said since, there is nothing", async () => {
  const { client } = clientWith({}, { timestampToEvent: () => Promise.reject(new Failure("not-found")) });
  expect(await all(client, { fromMs: 9 })).toEqual([]);
});

test("a server that is asked too often is asked again when it wants that", async () => {
  vi.useFakeTimers();
  const refused = new MatrixError({ errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 2_000 }, 429);
  const { client, asked } = clientWith({ "": refused });
  const going = all(client);
  await vi.advanceTimersByTimeAsync(2_100);
  expect(ids(await going)).toEqual(["$1"]);
  expect(asked).toEqual(["", ""]);
  vi.useRealTimers();
});

test("who calls it off does not wait for a server that does not answer", async () => {
  const abort = new AbortController();
  const { client } = clientWith({}, { createMessagesRequest: () => new Promise(() => undefined) });
  const going = all(client, {}, abort.signal);
  abort.abort();
  await expect(going).rejects.toThrow(/abort/i);
});

test("edits and reactions show on what they are about; all of it is there for programs", async () => {
  const edit = event(2, {
    content: {
      msgtype: "m.text",
      body: "* better",
      "m.new_content": { msgtype: "m.text", body: "better" },
      "m.relates_to": { rel_type: "m.replace", event_id: "$1" },
    },
  });
  const reaction = event(3, {
    type: "m.reaction",
    content: { "m.relates_to": { rel_type: "m.annotation", event_id: "$1", key: "👍" } },
  });
  const { client } = clientWith({ "": { chunk: [event(1), edit, reaction] } });
  const [said, edited, reacted] = await all(client);
  expect(said?.content).toEqual({ kind: "text", words: { plain: "at 1", html: undefined } });
  expect(edited?.content).toBeUndefined();
  expect([reacted?.content, reacted?.reaction]).toEqual([undefined, { to: "$1", key: "👍" }]);
  expect(edited?.json).toMatchObject({
    event_id: "$2",
    type: "m.room.message",
    sender: "@ben:x",
    origin_server_ts: 2,
  });
});

test("a poll is told with all its votes, also those that come much later", async () => {
  const start = startContent({
    question: "Lunch?",
    answers: ["Pizza", "Soup"],
    maxSelections: 1,
    secret: true,
    thread: undefined,
  });
  const vote = (atMs: number, sender: string, answer: string) =>
    new MatrixEvent(event(atMs, { type: RESPONSE, sender, content: responseContent("$1", [answer]) }));
  const end = event(9, { type: "org.matrix.msc3381.poll.end", content: endContent("$1", "") });
  const pages = [
    { events: [new MatrixEvent(end), vote(8, "@anna:x", "2")], nextBatch: "more" },
    { events: [vote(7, "@clara:x", "2"), vote(6, "@clara:x", "1")] },
  ];
  const { client } = clientWith(
    { "": { chunk: [event(1, { type: POLL_START, content: start })] } },
    { relations: async () => pages.shift() },
  );
  const [told] = await all(client);
  expect(told?.content).toMatchObject({
    kind: "poll",
    poll: {
      ended: true,
      voters: 2,
      answers: [
        { text: "Pizza", votes: 0 },
        { text: "Soup", votes: 2, mine: true },
      ],
    },
  });
});
