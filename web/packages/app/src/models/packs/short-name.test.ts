import { isShortcode } from "@herold/engine";
import { expect, test } from "vitest";

import { shortNameFor } from "./short-name.ts";

test.each([
  ["katze.png", "katze"],
  ["Ä Ö.PNG", "ae_oe"],
  // Macs take letters apart in the names of files.
  ["u\u0308ber.gif", "ueber"],
  ["Straße à la Zoë.webp", "strasse_a_la_zoe"],
  ["  (1) wow!!  so.schön.jpeg", "1_wow_so_schoen"],
  ["thumbs-up_2", "thumbs-up_2"],
  ["###", "1"],
  ["日本.png", "1"],
  [".png", "1"],
  ["", "1"],
  [`${"Ä".repeat(200)}.png`, "ae".repeat(50)],
])("%j becomes %s", (fileName, shortName) => {
  expect(shortNameFor(fileName, new Set())).toBe(shortName);
});

test("a name that is taken gets a number, and stays short enough", () => {
  expect(shortNameFor("Katze.png", new Set(["katze", "katze_2"]))).toBe("katze_3");
  expect(shortNameFor("###", new Set(["1"]))).toBe("2");
  const long = "x".repeat(200);
  const second = shortNameFor(long, new Set(["x".repeat(100)]));
  expect(second).toBe(`${"x".repeat(98)}_2`);
  expect(isShortcode(second)).toBe(true);
});
