import { type EventTimelineSet, type IContent, MatrixEvent } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { outcomeOf } from "./call-log.ts";

function event(type: string, content: IContent = {}): MatrixEvent {
  return new MatrixEvent({
    type: `m.call.${type}`,
    event_id: `$${type}`,
    origin_server_ts: 0,
    content: { call_id: "c", ...content },
  });
}

/** What became of a call after which this was said. */
function outcome(...after: readonly MatrixEvent[]) {
  const invite = event("invite", { lifetime: 60_000 });
  const timelineSet = {
    getTimelineForEvent: () => ({
      getEvents: () => [event("invite", { call_id: "before" }), invite, ...after],
    }),
  };
  return (nowMs: number) => outcomeOf(invite, timelineSet as unknown as EventTimelineSet, nowMs);
}

test("a call rings as long as it says, and was missed when nobody answered", () => {
  expect(outcome()(59_000)).toBe("ringing");
  expect(outcome()(61_000)).toBe("missed");
  expect(outcome(event("hangup", { reason: "invite_timeout" }))(1)).toBe("missed");
});

test("what was said of another call says nothing of this one", () => {
  expect(outcome(event("answer", { call_id: "other" }))(1)).toBe("ringing");
});

test("it was declined unless it was answered", () => {
  expect(outcome(event("reject"))(1)).toBe("declined");
  expect(outcome(event("answer"), event("reject"), event("hangup"))(1)).toBe("answered");
});

test("of two calls at the same time only the one that was used is told", () => {
  expect(outcome(event("hangup", { reason: "replaced" }), event("hangup"))(1)).toBeUndefined();
});
