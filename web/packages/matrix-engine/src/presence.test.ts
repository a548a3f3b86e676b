import type { User } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { presenceOf } from "./presence.ts";

const user = (presence: string, more: object = {}) =>
  ({
    events: { presence: {} },
    presence,
    lastActiveAgo: 1_000,
    lastPresenceTs: 5_000,
    ...more,
  }) as unknown as User;

test("nothing is said of whom the server never spoke", () => {
  expect(presenceOf(null).state).toBe("unknown");
  expect(presenceOf({ ...user("online"), events: {} } as User).state).toBe("unknown");
});

test("idle is away, and when somebody was there last is told as a time", () => {
  expect(presenceOf(user("unavailable", { presenceStatusMsg: "in a meeting" }))).toEqual({
    state: "away",
    activeAtMs: 4_000,
    status: "in a meeting",
  });
  expect(presenceOf(user("offline", { lastActiveAgo: undefined })).activeAtMs).toBeUndefined();
  expect(presenceOf(user("org.example.busy")).state).toBe("unknown");
});
