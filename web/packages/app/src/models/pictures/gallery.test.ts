import type { TimelineItem } from "@herold/engine";
import { expect, test } from "vitest";

import { moved, picturesOf, WHOLE, zoomed } from "./gallery.ts";

test("pictures and videos are gone through in the order of the conversation", () => {
  const items = ["text", "image", "file", "video"].map(
    (kind, index) => ({ id: String(index), content: { kind } }) as TimelineItem,
  );
  expect(picturesOf(items).map(({ id }) => id)).toEqual(["1", "3"]);
});

test("what is under the pointer stays there when a picture grows", () => {
  const grown = zoomed(WHOLE, 2, { x: 100, y: 50 });
  expect(grown).toEqual({ scale: 2, x: -100, y: -50 });
  expect(zoomed(grown, 0.5, { x: 100, y: 50 })).toEqual(WHOLE);
  expect(zoomed(WHOLE, 100, { x: 0, y: 0 }).scale).toBe(8);
});

test("only what is larger than its place is moved", () => {
  expect(moved(WHOLE, 10, 10)).toBe(WHOLE);
  expect(moved({ scale: 2, x: 0, y: 0 }, 10, -5)).toEqual({ scale: 2, x: 10, y: -5 });
});
