import type { TimelineItem } from "@herold/engine";
import { expect, test } from "vitest";

import { newcomers } from "./newcomers.ts";

const item = (id: string, more: Partial<TimelineItem> = {}): TimelineItem =>
  ({ id, mine: false, content: { kind: "text" }, ...more }) as TimelineItem;
const ids = (before: string[], now: TimelineItem[]): string[] =>
  newcomers(
    before.map((id) => item(id)),
    now,
  ).map(({ id }) => id);

test("new is what others said after all that was known", () => {
  const happened = item("d", { content: { kind: "membership" } as TimelineItem["content"] });
  const now = [item("old"), item("a"), item("b"), item("mine", { mine: true }), happened, item("c")];
  expect(ids(["a", "b"], now)).toEqual(["c"]);
});

test("what was loaded before, or is seen for the first time, is not new", () => {
  expect(ids(["a"], [item("older"), item("a")])).toEqual([]);
  expect(ids([], [item("a")])).toEqual([]);
  expect(ids(["gone"], [item("a")])).toEqual([]);
});
