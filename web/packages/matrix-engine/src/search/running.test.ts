import type { Found } from "@herold/engine";
import { expect, test, vi } from "vitest";

import { Running } from "./running.ts";
import type { Source } from "./sources.ts";

const found = (atMs: number): Found => ({ eventId: `$${atMs}`, atMs }) as Found;

/** Pages of times, the newest first; an error is thrown once. */
function source(...pages: (number[] | Error)[]): Source & { asked: number } {
  const left = [...pages];
  return {
    asked: 0,
    async next() {
      this.asked += 1;
      const page = left.shift();
      if (page instanceof Error) throw page;
      return page?.map(found);
    },
  };
}

const times = (running: Running) => running.found.value.map((one) => one.atMs);
const settled = (running: Running) =>
  vi.waitFor(() => expect(running.finding.value.kind).not.toBe("searching"));

test("several sources make one list, and nothing is shown that another may yet stand above", async () => {
  const running = new Running([source([9, 7, 3], [2]), source([8, 6], [5, 4], [1])]);
  await settled(running);
  expect(times(running)).toEqual([9, 8, 7, 6]);
  expect(running.finding.value.kind).toBe("more");
  running.more();
  await settled(running);
  expect(times(running)).toEqual([9, 8, 7, 6, 5, 4]);
  for (let page = 0; page < 4 && running.finding.value.kind === "more"; page += 1) {
    running.more();
    await settled(running);
  }
  expect(times(running)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(running.finding.value.kind).toBe("end");
});

test("what one source cannot reach keeps nobody from what the other has", async () => {
  const running = new Running([source([5]), source(new Error("away"), [4])]);
  await settled(running);
  expect(times(running)).toEqual([5]);
  expect(running.failure.value).toBe("unknown");
  expect(running.finding.value.kind).toBe("more");
  running.more();
  await settled(running);
  expect(times(running)).toEqual([5, 4]);
  expect(running.failure.value).toBeUndefined();
});

test("pages with nothing on them are gone over, and the same thing is told once", async () => {
  const running = new Running([source([], [], [3]), source([3, 2])]);
  await settled(running);
  expect(times(running)).toContain(3);
  while (running.finding.value.kind === "more") {
    running.more();
    await settled(running);
  }
  expect(times(running)).toEqual([3, 2]);
});

test("who stops hears nothing more", async () => {
  const slow = source([1], [2]);
  const running = new Running([slow]);
  running.stop();
  await Promise.resolve();
  await Promise.resolve();
  expect(times(running)).toEqual([]);
  expect(slow.asked).toBe(1);
});
