import { type Finding, type Found, type SearchQuery, type SearchRun, signal } from "@herold/engine";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { excerpt, groupsOf, SearchModel } from "./search.model.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function found(eventId: string, roomId = "!a"): Found {
  return {
    roomId,
    eventId,
    sender: { userId: "@a:x", name: "a", avatar: undefined },
    mine: false,
    atMs: 0,
    content: { kind: "text", words: { plain: eventId, html: undefined } },
    thread: undefined,
  };
}

function searchOf() {
  const runs: {
    query: SearchQuery;
    found: { value: readonly Found[] };
    finding: { value: Finding };
    stopped: boolean;
  }[] = [];
  const coverage = signal({
    state: "complete" as const,
    messages: 0,
    roomsLeft: 0,
    letGoBeforeMs: undefined,
  });
  const start = (query: SearchQuery): SearchRun => {
    const run = {
      query,
      found: signal<readonly Found[]>([]),
      finding: signal<Finding>({ kind: "searching" }),
      failure: signal(undefined),
      stopped: false,
      more: () => undefined,
      stop: () => {
        run.stopped = true;
      },
    };
    runs.push(run);
    return run;
  };
  return { search: { coverage, start }, runs };
}

test("what is typed is looked for once the fingers rest, and the last search stops", () => {
  const { search, runs } = searchOf();
  const model = new SearchModel(search, "!a");
  model.want({ words: "h" });
  model.want({ words: "ha " });
  vi.runAllTimers();
  expect(runs.map((run) => run.query.words)).toEqual(["ha"]);
  expect(model.progress.value).toBe("searching");
  model.want({ words: "hau" });
  vi.runAllTimers();
  expect(runs[0]?.stopped).toBe(true);
  model.want({ words: " " });
  vi.runAllTimers();
  expect(model.progress.value).toBe("idle");
});

test("what was found stays until the next search found something, or nothing", () => {
  const { search, runs } = searchOf();
  const model = new SearchModel(search);
  model.want({ words: "a" });
  vi.runAllTimers();
  if (runs[0]) runs[0].found.value = [found("$1")];
  expect(model.found.value).toHaveLength(1);
  model.want({ words: "ab" });
  vi.runAllTimers();
  expect(model.found.value).toHaveLength(1);
  if (runs[1]) runs[1].finding.value = { kind: "end" };
  expect(model.found.value).toEqual([]);
});

test("what was collected meanwhile is found", () => {
  const { search, runs } = searchOf();
  const model = new SearchModel(search);
  model.want({ words: "a" });
  vi.runAllTimers();
  search.coverage.value = { ...search.coverage.value, messages: 5 };
  vi.runAllTimers();
  // It is still under way.
  expect(runs).toHaveLength(1);
  if (runs[0]) runs[0].finding.value = { kind: "end" };
  search.coverage.value = { ...search.coverage.value, messages: 9 };
  search.coverage.value = { ...search.coverage.value, messages: 12 };
  vi.runAllTimers();
  expect(runs).toHaveLength(2);
  expect(model.progress.value).toBe("searching");
});

test("a kind, a person and days are looked for at once; the last day is a whole one", () => {
  const { search, runs } = searchOf();
  const model = new SearchModel(search, "!a");
  model.want({ kind: "files" });
  model.want({ fromDay: "2026-03-28", untilDay: "2026-03-29" });
  expect(runs.at(-1)?.query).toMatchObject({
    kind: "files",
    fromMs: new Date(2026, 2, 28).getTime(),
    untilMs: new Date(2026, 2, 30).getTime(),
  });
});

test("by room: each once, in the order of its newest", () => {
  const groups = groupsOf([found("$3", "!b"), found("$2", "!a"), found("$1", "!b")]);
  expect(groups.map((group) => [group.roomId, ...group.found.map((one) => one.eventId)])).toEqual([
    ["!b", "$3", "$1"],
    ["!a", "$2"],
  ]);
});

test("a long message shows the place where it fits", () => {
  const { text, marks } = excerpt(`${"lorem ipsum ".repeat(20)}the needle is here`, [[244, 250]]);
  expect(text.startsWith("… ")).toBe(true);
  expect(text.length).toBeLessThan(70);
  expect(marks.map(([begin, end]) => text.slice(begin, end))).toEqual(["needle"]);
});
