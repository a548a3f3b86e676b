import { Failure, type HistoryEvent, type Period, type Room, type RoomSummary, signal } from "@herold/engine";
import { expect, test } from "vitest";

import type { Texts } from "../../texts/texts.ts";
import { ExportModel } from "./export.model.ts";

const texts: Texts = {
  language: "en",
  locale: "en",
  say: (key, values) => (values?.name ? `${key} ${values.name}` : key),
};

const said = (atMs: number): HistoryEvent => ({
  eventId: `$${atMs}`,
  sender: { userId: "@a:x", name: "Anna", avatar: undefined },
  mine: true,
  atMs,
  content: { kind: "text", words: { plain: "x", html: undefined } },
  edited: false,
  replyTo: undefined,
  thread: undefined,
  reaction: undefined,
  json: {},
});

function modelOf(history: (period: Period, abort: AbortSignal) => AsyncIterable<readonly HistoryEvent[]>) {
  const summary = signal({ name: "Lobby / Hof" }) as unknown as Room["summary"];
  const room = { summary: summary as { peek(): RoomSummary }, history } as unknown as Room;
  return new ExportModel({
    room,
    media: {} as never,
    madeBy: "Anna",
    clean: (html) => html,
    nowMs: () => 1_000,
  });
}

async function bytesOf(file: ReadableStream<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of file) bytes += chunk.length;
  return bytes;
}

test("it says how far it is, and in the end how much there is", async () => {
  const parts: number[] = [];
  const model = modelOf(async function* () {
    yield [said(0)];
    yield [said(500)];
    yield [said(1_000)];
  });
  model.state.subscribe((state) => state.kind === "working" && parts.push(state.part));
  let bytes = 0;
  await model.start(async (file) => {
    bytes = await bytesOf(file);
  }, texts);
  expect(parts).toEqual([0, 0, 0.5, 1]);
  expect(bytes).toBeGreaterThan(500);
  expect(model.state.value).toMatchObject({ kind: "done", counts: { messages: 3 } });
  expect(model.nameIn(texts)).toBe("export.file-name Lobby _ Hof.zip");
});

test("only the days that are wanted are asked for", async () => {
  const asked: Period[] = [];
  const model = modelOf(async function* (period) {
    asked.push(period);
    yield [];
  });
  const drain = async (file: ReadableStream<Uint8Array>): Promise<void> => void (await bytesOf(file));
  model.want({ fromDay: "2026-03-01", untilDay: "2026-03-02" });
  await model.start(drain, texts);
  model.want({ period: "days" });
  await model.start(drain, texts);
  const [from, until] = [new Date(2026, 2, 1).getTime(), new Date(2026, 2, 3).getTime()];
  expect(asked).toEqual([
    { fromMs: undefined, untilMs: undefined },
    { fromMs: from, untilMs: until },
  ]);
});

test("what went wrong is said, and what was called off is asked anew", async () => {
  const broken = modelOf(async function* () {
    yield [said(0)];
    throw new Failure("unreachable");
  });
  await broken.start(async (file) => void (await bytesOf(file)), texts);
  expect(broken.state.value).toEqual({ kind: "failed", reason: "unreachable" });

  const slow = modelOf(async function* () {
    yield [said(0)];
    slow.cancel();
    yield [said(1)];
  });
  await slow.start(async (file) => void (await bytesOf(file)), texts);
  expect(slow.state.value).toEqual({ kind: "asking" });
});
