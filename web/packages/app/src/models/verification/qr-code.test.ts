import { expect, test } from "vitest";

import { EMOJI_NAMES, emojiText } from "./emoji-names.ts";
import { modulesOf, readCode } from "./qr-code.ts";

test("every byte comes back from the picture of a code", async () => {
  const bytes = Uint8Array.from({ length: 122 }, (_, place) => (place * 67 + 130) % 256);
  const modules = modulesOf(bytes);
  const scale = 6;
  const width = modules.length * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (let at = 0; at < width * width; at += 1) {
    const dark = modules[Math.floor(at / width / scale)]?.[Math.floor((at % width) / scale)];
    if (dark) data.fill(0, at * 4, at * 4 + 3);
  }
  expect(await readCode({ width, height: width, data })).toEqual(bytes);
});

test("a picture without a code has none", async () => {
  const data = new Uint8ClampedArray(64 * 64 * 4).fill(255);
  expect(await readCode({ width: 64, height: 64, data })).toBeUndefined();
});

test("there are 64 emoji, each with a name of its own", () => {
  expect(new Set(EMOJI_NAMES.map(emojiText)).size).toBe(64);
  expect(emojiText("Light Bulb")).toBe("emoji.light-bulb");
  expect(emojiText("Dragon")).toBeUndefined();
});
