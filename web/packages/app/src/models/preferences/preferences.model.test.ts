import { type Account, type AccountPreferences, signal } from "@herold/engine";
import { expect, test } from "vitest";
import { preferencesHereIn } from "./here.ts";
import { type Kept, PreferencesModel } from "./preferences.model.ts";

function browser(): Kept & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    get: (name) => texts.get(name),
    set: (name, text) => void texts.set(name, text),
    remove: (name) => void texts.delete(name),
  };
}

function person(userId: string, first: Partial<AccountPreferences> = {}) {
  const preferences = signal({ receipts: true, typing: true, ...first } as AccountPreferences);
  const setPreferences = async (changed: Partial<AccountPreferences>): Promise<void> => {
    preferences.value = { ...preferences.value, ...changed };
  };
  return { userId, account: { preferences, setPreferences } as unknown as Account };
}

const ANNA = person("@anna:example.org");
const BERT = person("@bert:example.org");

test.each([undefined, "", "{", "null", "[]", '"dark"', '{"theme":"pink","textSize":7}'])(
  "%s is nothing that was chosen",
  (kept) => {
    expect(preferencesHereIn(kept)).toMatchObject({
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
  before.enter(ANNA);
  before.change({ theme: "dark" });
  expect(new PreferencesModel(kept).here.value.theme).toBe("dark");
});

test("each account has its own, and a new one begins with what is in use", () => {
  const model = new PreferencesModel(browser());
  model.change({ language: "de" });
  model.enter(ANNA);
  expect(model.here.value.language).toBe("de");
  model.change({ theme: "dark", textSize: "large" });
  model.enter(BERT);
  model.change({ theme: "light" });
  model.enter(ANNA);
  expect(model.here.value).toMatchObject({ language: "de", theme: "dark", textSize: "large" });
});

test("nobody's choices change while nobody is there", () => {
  const model = new PreferencesModel(browser());
  model.enter(ANNA);
  model.change({ theme: "dark" });
  model.leave();
  model.change({ theme: "light" });
  expect(model.here.value.theme).toBe("light");
  model.enter(ANNA);
  expect(model.here.value.theme).toBe("dark");
});

test("what others see follows the account, and nobody shows nothing", async () => {
  const model = new PreferencesModel(browser());
  expect(model.everywhere.value).toMatchObject({ receipts: false, typing: false, online: false });
  model.enter(ANNA);
  expect(model.everywhere.value).toMatchObject({ receipts: true, typing: true });
  await model.changeEverywhere({ receipts: false });
  expect(model.everywhere.value).toMatchObject({ receipts: false, typing: true });
  model.enter(BERT);
  expect(model.everywhere.value).toMatchObject({ receipts: true });
  model.leave();
  expect(model.everywhere.value).toMatchObject({ receipts: false });
});

test("an account that is gone leaves nothing behind", () => {
  const kept = browser();
  const model = new PreferencesModel(kept);
  model.enter(ANNA);
  model.change({ theme: "dark" });
  model.forget(ANNA.userId);
  expect([...kept.texts.keys()]).toEqual(["herold.preferences"]);
});
