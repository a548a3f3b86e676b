import { ConnectionError, EventStatus, MatrixError, MatrixEvent } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { forgetUnsent, isWaiting, partOf } from "./unsent.ts";

function unsent(error: Error | undefined, status = EventStatus.NOT_SENT): MatrixEvent {
  const event = new MatrixEvent({ type: "m.room.message" });
  event.setStatus(status);
  event.error = error as never;
  return event;
}

test.each([
  ["the server cannot be reached", new ConnectionError("fetch failed"), true],
  ["it was asked too often", new MatrixError({ errcode: "M_LIMIT_EXCEEDED" }, 429), true],
  ["something before the server is down", new MatrixError({}, 502), true],
  ["the page was loaded again", undefined, true],
  ["it may not be sent", new MatrixError({ errcode: "M_FORBIDDEN" }, 403), false],
  ["it is too large", new MatrixError({ errcode: "M_TOO_LARGE" }, 413), false],
])("%s", (_name, error, waits) => {
  expect(isWaiting(unsent(error))).toBe(waits);
});

test("what is on its way does not wait", () => {
  expect(isWaiting(unsent(undefined, EventStatus.SENDING))).toBe(false);
});

test("accounts of one browser do not see what the others have not sent", () => {
  const kept: Record<string, string> = {};
  Object.defineProperties(kept, {
    getItem: { value: (key: string) => kept[key] ?? null },
    setItem: { value: (key: string, value: string) => Object.assign(kept, { [key]: value }) },
    removeItem: { value: (key: string) => Reflect.deleteProperty(kept, key) },
  });
  const storage = kept as unknown as Storage;
  const [anna, bert] = [partOf(storage, "@anna:x"), partOf(storage, "@bert:x")];
  anna.setItem("!room", "hers");
  bert.setItem("!room", "his");
  expect([anna.getItem("!room"), bert.getItem("!room")]).toEqual(["hers", "his"]);
  forgetUnsent(storage, "@anna:x");
  expect([anna.getItem("!room"), bert.getItem("!room")]).toEqual([null, "his"]);
});
