import type { IRooms } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { ThreadCounts } from "./thread-counts.ts";

const rooms = (joined: Record<string, Record<string, number> | undefined>) =>
  ({
    join: Object.fromEntries(
      Object.entries(joined).map(([roomId, threads]) => [
        roomId,
        threads && {
          unread_thread_notifications: Object.fromEntries(
            Object.entries(threads).map(([rootId, count]) => [rootId, { notification_count: count }]),
          ),
        },
      ]),
    ),
  }) as unknown as IRooms;

test("what the server says last of a room stands, until it says something of that room again", () => {
  const counts = new ThreadCounts();
  counts.hear(rooms({ "!a": { $1: 3, $2: 1 }, "!b": { $3: 2 } }));
  expect([counts.of("!a", "$1"), counts.of("!a", "$2"), counts.in("!a")]).toEqual([3, 1, 4]);
  counts.hear(rooms({ "!b": {} }));
  expect([counts.in("!a"), counts.in("!b")]).toEqual([4, 0]);
  // What is not named any more was read.
  counts.hear(rooms({ "!a": { $2: 5 } }));
  expect([counts.of("!a", "$1"), counts.in("!a")]).toEqual([0, 5]);
});

test("answers without rooms say nothing of them", () => {
  const counts = new ThreadCounts();
  counts.hear(rooms({ "!a": { $1: 1 } }));
  counts.hear(undefined);
  counts.hear({} as IRooms);
  expect(counts.in("!a")).toBe(1);
});
