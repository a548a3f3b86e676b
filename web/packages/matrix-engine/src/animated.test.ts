import { expect, test } from "vitest";

import { isAnimated } from "./animated.ts";

const HEAD = [...new TextEncoder().encode("GIF89a"), 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
const FRAME = [0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
const file = (type: string, bytes: number[]): Blob => new Blob([new Uint8Array(bytes)], { type });
const text = (words: string): number[] => [...words].map((letter) => letter.charCodeAt(0));

test("a GIF moves when it has a second frame", async () => {
  expect(await isAnimated(file("image/gif", [...HEAD, ...FRAME, 0x3b]))).toBe(false);
  expect(await isAnimated(file("image/gif", [...HEAD, ...FRAME, ...FRAME, 0x3b]))).toBe(true);
  expect(await isAnimated(file("image/gif", HEAD.slice(0, 8)))).toBe(false);
});

test.each([
  ["image/webp", "RIFF....WEBPVP8X..ANIM", true],
  ["image/webp", "RIFF....WEBPVP8 ", false],
  ["image/png", "\x89PNG....IHDR..acTL..IDAT", true],
  ["image/png", "\x89PNG....IHDR..IDAT..acTL", false],
  ["image/jpeg", "ANIM acTL", false],
])("%s %j", async (type, words, moves) => {
  expect(await isAnimated(file(type, text(words)))).toBe(moves);
});
