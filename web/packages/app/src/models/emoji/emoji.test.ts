import { expect, test } from "vitest";

import { keptInMemory } from "../kept.ts";
import { emojiIn, findEmoji } from "./emoji.ts";
import { EmojiPickerModel } from "./emoji-picker.model.ts";

test.each([
  ["de", "winkende hand", "👋"],
  ["de", "wave", "👋"],
  ["fr", "pouce", "👍"],
  ["en", "thumbs_up", "👍"],
  ["en", "ROCKET", "🚀"],
] as const)("%s: %s finds %s", async (language, words, sign) => {
  const found = findEmoji(await emojiIn(language), words, 5);
  expect(found.map((emoji) => emoji.sign.replace("\ufe0f", ""))).toContain(sign);
});

test("what was taken is recent, and comes in the chosen tone", async () => {
  const list = await emojiIn("en");
  const kept = keptInMemory();
  const model = new EmojiPickerModel(list, kept);
  expect(model.place.value).toBe(0);
  model.search("waving hand");
  const [hand] = model.shown.value;
  if (!hand) throw new Error("no hand");
  model.chooseTone(3);
  expect(model.take(hand)).toBe("👋🏽");
  const again = new EmojiPickerModel(list, kept);
  expect(again.place.value).toBe("recent");
  expect(again.shown.value).toEqual([hand]);
  expect(again.signOf(hand)).toBe("👋🏽");
});
