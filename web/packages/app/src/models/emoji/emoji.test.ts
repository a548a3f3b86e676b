import { type ImagePack, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { keptInMemory } from "../kept.ts";
import { imagePack } from "../stickers/testing.ts";
import { emojiIn, findEmoji } from "./emoji.ts";
import { type Choice, EmojiPickerModel } from "./emoji-picker.model.ts";

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
  expect(again.take(hand)).toBe("👋🏽");
});

const names = (choices: readonly Choice[]): string[] => choices.map(({ name }) => name);

test("pictures of packs stand between the recent ones and the groups, and come first of what is found", async () => {
  const list = await emojiIn("en");
  const packs = signal<readonly ImagePack[]>([]);
  const model = new EmojiPickerModel(list, keptInMemory(), packs);
  // Without them, and before they are there, nothing is missed.
  expect(model.places.value).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9]);
  const smileys = model.shown.value.length;
  expect(smileys).toBeGreaterThan(50);

  const cats = imagePack("cats", { cat_rocket: "A cat that flies", cat: "cat" });
  const stickers = imagePack("stickers", { rocket: "Not for words" }, { emoticons: false, stickers: true });
  packs.value = [stickers, cats];
  expect(model.shown.value).toHaveLength(smileys);
  expect(model.pictured.value).toBe(false);
  expect(model.places.value.slice(0, 2)).toEqual([cats, 0]);
  model.go(cats);
  expect(model.pictured.value).toBe(true);
  expect(names(model.shown.value)).toEqual(["A cat that flies", "cat"]);
  // It is the same place when the pack is another.
  const more = imagePack("cats", { cat: "cat", cat_sleeps: "Asleep" });
  packs.value = [more];
  expect(model.isAt(more)).toBe(true);
  expect(names(model.shown.value)).toEqual(["cat", "Asleep"]);

  packs.value = [stickers, cats];
  model.search("rocket");
  expect(names(model.shown.value)[0]).toBe("A cat that flies");
  expect(names(model.shown.value)).toContain("rocket");
  expect(names(model.shown.value)).not.toContain("Not for words");
  expect(model.pictured.value).toBe(true);
  model.search("anchor");
  expect(model.pictured.value).toBe(false);
  model.search("flies");
  expect(names(model.shown.value)).toContain("A cat that flies");
});

test("a picture that was taken is recent where it is offered, and nowhere else", async () => {
  const list = await emojiIn("en");
  const kept = keptInMemory();
  const cats = imagePack("cats", { cat: "A cat" });
  const model = new EmojiPickerModel(list, kept, signal([cats]));
  model.search("a cat");
  const [cat] = model.shown.value;
  if (!cat) throw new Error("no cat");
  expect(model.take(cat)).toBe(cats.images[0]);
  const again = new EmojiPickerModel(list, kept, signal([cats]));
  expect(again.place.value).toBe("recent");
  expect(names(again.shown.value)).toEqual(["A cat"]);
  const elsewhere = new EmojiPickerModel(list, kept);
  expect(elsewhere.place.value).toBe(0);
  expect(elsewhere.places.value).not.toContain("recent");
});
