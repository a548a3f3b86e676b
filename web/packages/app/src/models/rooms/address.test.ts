import { expect, test } from "vitest";

import { addressPart } from "./address.ts";

test.each([
  ["Kantine der Wache", "kantine-der-wache"],
  ["#lage:example.org", "lage"],
  [" Lage ", "lage-"],
  ["", ""],
])("%j becomes %j", (typed, part) => {
  expect(addressPart(typed)).toBe(part);
});
