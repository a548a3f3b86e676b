import { MatrixError } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { failureOf } from "./failures.ts";

test.each([
  ["one or more verified users have unsigned devices", "unconfirmed-device"],
  ["one or more users that were verified have changed their identity", "identity-changed"],
  ["Encryption failed because your device is not verified", "this-unconfirmed"],
  ["Encryption failed because cross-signing is not set up on your account", "this-unconfirmed"],
  ["unreachable executed", "unknown"],
])("what the crypto machine refuses has a word of its own: %s", (words, reason) => {
  expect(failureOf(new Error(words))).toMatchObject({ reason, detail: words });
});

test("what a server says is not taken for the crypto machine's words", () => {
  const answer = new MatrixError({ errcode: "M_FORBIDDEN", error: "your device is not verified" }, 403);
  expect(failureOf(answer).reason).toBe("forbidden");
});

test.each([
  ["SecurityError", "no-storage"],
  ["QuotaExceededError", "storage-full"],
  ["AbortError", "cancelled"],
])("what a browser refuses has a word of its own: %s", (name, reason) => {
  expect(failureOf(new DOMException("refused", name)).reason).toBe(reason);
});
