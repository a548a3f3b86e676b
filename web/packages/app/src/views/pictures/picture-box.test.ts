import type { Picture } from "@herold/engine";
import { expect, test } from "vitest";

import { boxOf, stickerBoxOf } from "./picture-box.ts";

const measured = (width: number, height: number) => ({ width, height }) as Picture;

const shown = ({ width, aspectRatio }: ReturnType<typeof boxOf>): number[] => {
  const [wide = 0, high = 0] = aspectRatio.split(" / ").map(Number);
  return [width, Math.round((width / wide) * high)];
};

test("a picture keeps its shape, and is no larger than it needs to be", () => {
  expect(shown(boxOf(measured(720, 320)))).toEqual([360, 160]);
  expect(shown(stickerBoxOf(measured(512, 256)))).toEqual([176, 88]);
  expect(shown(boxOf(measured(100, 50)))).toEqual([100, 50]);
});

test.each([
  [1, 1e7],
  [1e7, 1],
  [1e-300, 1e300],
  [1e300, 1e-300],
])("one that is said to measure %f x %f has a place that people can look at", (width, height) => {
  for (const box of [boxOf, stickerBoxOf]) {
    const [wide = 0, high = 0] = shown(box(measured(width, height)));
    expect(wide).toBeGreaterThanOrEqual(48);
    expect(wide).toBeLessThanOrEqual(360);
    expect(high).toBeGreaterThanOrEqual(24);
    expect(high).toBeLessThanOrEqual(320);
  }
});
