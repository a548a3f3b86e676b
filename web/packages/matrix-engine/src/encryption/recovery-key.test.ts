import { encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { expect, test } from "vitest";

import { keysMeantBy, makeRecoveryKey } from "./recovery-key.ts";

test("a key that was made is one that every client reads", () => {
  const key = makeRecoveryKey();
  expect(key.words).toMatch(/^EsT[1-9A-Z]( [1-9A-Z]{4}){11}$/);
  expect(encodeRecoveryKey(key.bytes)).toBe(key.words);
  expect(makeRecoveryKey().words).not.toBe(key.words);
});

test("a key is read however it was typed", () => {
  const { bytes, words } = makeRecoveryKey();
  for (const typed of [
    words,
    words.toLowerCase(),
    words.toUpperCase(),
    words.replaceAll(" ", ""),
    words.replaceAll(" ", "-"),
    words.replaceAll(" ", "\n"),
    `  ${words.replaceAll(" ", "\u00a0\u2013 ")}\r\n`,
    words.toLowerCase().replaceAll("1", "i"),
  ]) {
    expect(keysMeantBy(typed), typed).toEqual([bytes]);
  }
});

test("a key of another client is read with two letters in the wrong case", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, place) => (place * 37 + 11) % 256);
  const words = encodeRecoveryKey(bytes) ?? "";
  expect(keysMeantBy(words)).toEqual([bytes]);
  const places = [...words].flatMap((letter, place) => (/[a-hj-km-np-z]/.test(letter) ? [place] : []));
  const [first, second] = [places[3] ?? 0, places[9] ?? 0];
  const slipped = [...words].map((letter, place) =>
    place === first || place === second ? letter.toUpperCase() : letter,
  );
  expect(keysMeantBy(slipped.join(""))).toContainEqual(bytes);
});

test("what is no key is none", () => {
  const { words } = makeRecoveryKey();
  expect(keysMeantBy("")).toEqual([]);
  expect(keysMeantBy("correct horse battery staple")).toEqual([]);
  expect(keysMeantBy(words.slice(0, -1))).toEqual([]);
  expect(keysMeantBy(`${words} 7`)).toEqual([]);
});
