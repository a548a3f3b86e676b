import { expect, test } from "vitest";

import { byteSize } from "./sizes.ts";

const plain = (text: string): string => text.replace(/\s/g, " ");

test.each([
  [0, "en", "0 bytes"],
  [1, "en", "1 byte"],
  [5, "en", "5 bytes"],
  [5, "de", "5 Byte"],
  [5, "fr", "5 octets"],
  [14_600, "fr", "14,6 ko"],
  [999_949, "en", "999.9 kB"],
  [999_950, "en", "1 MB"],
  [1_000, "de", "1 kB"],
  [3_000_000_000_000, "en", "3,000 GB"],
  [2_500_000, "de", "2,5 MB"],
] as const)("%i bytes in %s", (bytes, locale, words) => {
  expect(plain(byteSize(bytes, locale))).toBe(words);
});
