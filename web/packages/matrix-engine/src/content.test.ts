import { MatrixEvent } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { contentOf } from "./content.ts";

const named = (userId: string) => ({ userId, name: userId, avatar: undefined });

function redacted(type: string, more: object = {}): MatrixEvent {
  return new MatrixEvent({
    type,
    content: {},
    sender: "@anna:x",
    unsigned: { redacted_because: { sender: "@bert:x", content: { reason: "rude" } } as never },
    ...more,
  });
}

test.each(["m.room.message", "m.room.encrypted", "m.sticker"])(
  "a %s that is removed leaves a trace",
  (type) => {
    expect(contentOf(redacted(type), named)).toEqual({
      kind: "redacted",
      by: named("@bert:x"),
      reason: "rude",
    });
  },
);

test("a reaction that is taken back leaves none, nor does the state of a room", () => {
  expect(contentOf(redacted("m.reaction"), named)).toBeUndefined();
  expect(contentOf(redacted("m.room.topic", { state_key: "" }), named)).toBeUndefined();
});
