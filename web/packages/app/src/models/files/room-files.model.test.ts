import {
  type Content,
  type Finding,
  type Found,
  type Room,
  type SearchQuery,
  type Session,
  signal,
  type TimelineItem,
} from "@herold/engine";
import { expect, test } from "vitest";

import { RoomFilesModel } from "./room-files.model.ts";

const person = { userId: "@a:x", name: "Anna", avatar: undefined };
const file = {
  name: "x",
  size: 1,
  source: { address: "mxc://x/y", mimeType: undefined },
  caption: undefined,
};
const image = { kind: "image", ...file } as Content;
const words = (plain: string): Content => ({ kind: "text", words: { plain, html: undefined } });

const found = (eventId: string, atMs: number, content: Content): Found => ({
  roomId: "!r",
  eventId,
  sender: person,
  mine: false,
  atMs,
  content,
  thread: undefined,
});
const item = (eventId: string, atMs: number, content: Content): TimelineItem =>
  ({ id: eventId, eventId, sender: person, mine: true, atMs, content }) as TimelineItem;

function modelOf(first: readonly Found[]) {
  const items = signal<readonly TimelineItem[]>([]);
  const asked: SearchQuery[] = [];
  const finding = signal<Finding>({ kind: "end" });
  const results = signal(first);
  const session = {
    search: {
      coverage: signal({ state: "complete", messages: 0, roomsLeft: 0, letGoBeforeMs: undefined }),
      start: (query: SearchQuery) => {
        asked.push(query);
        return {
          found: results,
          finding,
          failure: signal(undefined),
          more: () => undefined,
          stop: () => undefined,
        };
      },
    },
  } as unknown as Session;
  const room = { roomId: "!r", timeline: { items } } as unknown as Room;
  const model = new RoomFilesModel(session, room, (atMs) => Math.floor(atMs / 100));
  return { model, items, asked, results };
}

const shape = (model: RoomFilesModel) =>
  model.rows.value.map((row) => {
    if (row.kind === "month") return row.id;
    return row.kind === "pictures" ? row.found.map(({ eventId }) => eventId).join(" ") : row.found.eventId;
  });

test("pictures stand by their month, so many in a row, the newest first", () => {
  const { model, asked } = modelOf([220, 210, 205, 201, 150].map((at) => found(`$${at}`, at, image)));
  expect(shape(model)).toEqual(["month 2", "$220 $210 $205", "$201", "month 1", "$150"]);
  expect(model.pictures.value.map(({ id }) => id)).toEqual(["$150", "$201", "$205", "$210", "$220"]);
  expect(asked).toEqual([expect.objectContaining({ roomId: "!r", kind: "pictures", words: "" })]);
});

test("what comes stands first, once, and what is removed goes", () => {
  const { model, items } = modelOf([found("$1", 110, image)]);
  items.value = [item("$0", 50, image), item("$1", 110, image), item("$2", 120, image)];
  expect(shape(model)).toEqual(["month 1", "$2 $1"]);
  const redacted: Content = { kind: "redacted", by: person, reason: undefined };
  items.value = [item("$1", 110, redacted), item("$2", 120, image)];
  expect(shape(model)).toEqual(["month 1", "$2"]);
});

test("each kind has its own", () => {
  const { model, items, results } = modelOf([found("$1", 110, image)]);
  model.show("links");
  // What was found before is of another kind.
  expect(shape(model)).toEqual([]);
  results.value = [found("$3", 130, words("an address that stood in the formatted words"))];
  items.value = [item("$4", 140, words("nothing")), item("$5", 150, words("see https://example.org"))];
  expect(shape(model)).toEqual(["month 1", "$5", "$3"]);
  model.show("files");
  results.value = [found("$6", 120, { kind: "file", ...file })];
  items.value = [item("$7", 140, { kind: "voice", ...file, durationMs: 1, waveform: [] })];
  expect(shape(model)).toEqual(["month 1", "$6"]);
});
