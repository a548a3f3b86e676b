import { expect, test } from "vitest";

import { withTexts } from "./later.ts";
import { textsIn } from "./texts.ts";

test("what comes later can be said once a part came with it, in every language from then on", async () => {
  const english = await textsIn("en", []);
  expect(english.say("common.save")).toBe("Save");
  expect(english.say("packs.new")).toBe("packs.new");
  expect(await withTexts(Promise.resolve("code"))).toBe("code");
  expect(english.say("packs.new")).toBe("New pack");
  expect((await textsIn("de", [])).say("packs.new")).toBe("Neues Paket");
  expect((await textsIn("en", ["en-GB"])).say("packs.new")).toBe("New pack");
});
