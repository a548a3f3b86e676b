import { VerificationPhase } from "matrix-js-sdk/lib/crypto-api/index.js";
import { expect, test } from "vitest";

import { type Seen, stepOf } from "./steps.ts";

const SEEN: Seen = {
  phase: VerificationPhase.Requested,
  startedByMe: true,
  accepted: false,
  confirmed: false,
  compare: undefined,
  scanned: false,
  code: undefined,
  canScan: false,
  emoji: true,
  cancelCode: undefined,
  endedHere: undefined,
};

test("who asked waits, who is asked is asked once", () => {
  expect(stepOf(SEEN).kind).toBe("asked");
  expect(stepOf({ ...SEEN, startedByMe: false }).kind).toBe("incoming");
  expect(stepOf({ ...SEEN, startedByMe: false, accepted: true }).kind).toBe("waiting");
});

test("comparing ends with the answer of both", () => {
  const compare = { emoji: [["🐶", "Dog"]] as const, numbers: [1, 2, 3] };
  const seen = { ...SEEN, phase: VerificationPhase.Started, compare };
  expect(stepOf({ ...seen, compare: undefined }).kind).toBe("waiting");
  expect(stepOf(seen)).toEqual({
    kind: "compare",
    emoji: [{ symbol: "🐶", name: "Dog" }],
    numbers: [1, 2, 3],
  });
  expect(stepOf({ ...seen, confirmed: true }).kind).toBe("waiting");
  expect(stepOf({ ...seen, phase: VerificationPhase.Done }).kind).toBe("done");
});

test.each([
  ["m.user", "by-them"],
  ["m.timeout", "timeout"],
  ["m.accepted", "elsewhere"],
  ["m.mismatched_sas", "mismatch"],
  ["m.key_mismatch", "mismatch"],
  ["m.unknown_method", "failed"],
])("%s is told as %s", (cancelCode, why) => {
  const seen = { ...SEEN, phase: VerificationPhase.Cancelled, cancelCode };
  expect(stepOf(seen)).toEqual({ kind: "cancelled", why });
  expect(stepOf({ ...seen, endedHere: "by-me" })).toEqual({ kind: "cancelled", why: "by-me" });
});
