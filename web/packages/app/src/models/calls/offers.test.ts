import { expect, test } from "vitest";

import { offersOn } from "./offers.ts";

const words = (...phases: Parameters<typeof offersOn>): string[] =>
  offersOn(...phases).map((offer) => offer.words);

test("whoever talks may let the other one wait, or stop talking", () => {
  expect(words("ringing-in", "connected")).toEqual(["hold-and-accept", "end-and-accept"]);
});

test("what is not connected cannot be put on hold", () => {
  for (const phase of ["ringing-out", "connecting", "reconnecting"] as const)
    expect(offersOn("ringing-in", phase)).toEqual([{ words: "end-and-accept", inFront: "end" }]);
});

test("where nobody talks, a call is simply accepted, and rings on behind the one that is", () => {
  expect(offersOn("ringing-in", "ended")).toEqual([{ words: "accept", inFront: "hold" }]);
  expect(offersOn("ringing-in", "ringing-in")).toEqual([{ words: "accept", inFront: "hold" }]);
});

test("one goes back to a call that is on hold", () => {
  expect(words("connected", "connected")).toEqual(["switch"]);
  expect(words("connected", "ended")).toEqual(["resume"]);
});
