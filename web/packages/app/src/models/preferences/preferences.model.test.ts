import { expect, test } from "vitest";

import { type Kept, PreferencesModel } from "./preferences.model.ts";
import { screenPreferencesIn } from "./screen-preferences.ts";

function browser(): Kept & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    get: (name) => texts.get(name),
    set: (name, text) => void texts.set(name, text),
    remove: (name) => void texts.delete(name),
  };
}

test.each([undefined, "", "{", "null", "[]", '"dark"', '{"theme":"pink","textSize":7}'])(
  "%s is nothing that was chosen",
  (kept) => {
    expect(screenPreferencesIn(kept)).toEqual({
      theme: "system",
      contrast: "system",
      textSize: "normal",
      density: "comfortable",
      motion: "system",
      language: "system",
    });
  },
);

test("what was chosen is there when the page is opened again, before anybody is known", () => {
  const kept = browser();
  const before = new PreferencesModel(kept);
  before.enter("@anna:example.org");
  before.change({ theme: "dark" });
  expect(new PreferencesModel(kept).screen.value.theme).toBe("dark");
});

test("each account has its own, and a new one begins with what is in use", () => {
  const model = new PreferencesModel(browser());
  model.change({ language: "de" });
  model.enter("@anna:example.org");
  expect(model.screen.value.language).toBe("de");
  model.change({ theme: "dark", textSize: "large" });
  model.enter("@bert:example.org");
  model.change({ theme: "light" });
  model.enter("@anna:example.org");
  expect(model.screen.value).toMatchObject({ language: "de", theme: "dark", textSize: "large" });
});

test("nobody's choices change while nobody is there", () => {
  const model = new PreferencesModel(browser());
  model.enter("@anna:example.org");
  model.change({ theme: "dark" });
  model.leave();
  model.change({ theme: "light" });
  expect(model.screen.value.theme).toBe("light");
  model.enter("@anna:example.org");
  expect(model.screen.value.theme).toBe("dark");
});
