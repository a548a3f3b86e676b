import { type AccountPreferences, type NotificationRules, type Session, signal } from "@herold/engine";
import { expect, test } from "vitest";

import type { PreferencesModel } from "../preferences/preferences.model.ts";
import { NotificationsPageModel } from "./notifications-page.model.ts";

function page() {
  const rules = signal({ keywords: ["Tee"] as readonly string[] } as NotificationRules);
  const setRules = async (changed: Partial<NotificationRules>): Promise<void> => {
    rules.value = { ...rules.value, ...changed };
  };
  const everywhere = signal({ quietHours: undefined } as AccountPreferences);
  const changeEverywhere = async (changed: Partial<AccountPreferences>): Promise<void> => {
    everywhere.value = { ...everywhere.value, ...changed };
  };
  const session = { notifications: { rules, setRules } } as unknown as Session;
  const preferences = { everywhere, changeEverywhere } as unknown as PreferencesModel;
  return { rules, everywhere, model: new NotificationsPageModel(session, preferences) };
}

test("a word is added once, however it is written", async () => {
  const { model, rules } = page();
  expect(await model.addKeyword("  ")).toBe(false);
  expect(await model.addKeyword("tee ")).toBe(false);
  expect(await model.addKeyword(" Kuchen")).toBe(true);
  expect(rules.value.keywords).toEqual(["Tee", "Kuchen"]);
  await model.removeKeyword("Tee");
  expect(rules.value.keywords).toEqual(["Kuchen"]);
});

test("quiet begins with the night, and its times are changed one by one", async () => {
  const { model, everywhere } = page();
  await model.setQuiet(true);
  expect(everywhere.value.quietHours).toEqual({ from: 22 * 60, to: 7 * 60 });
  await model.setQuietTime("from", "20:30");
  await model.setQuietTime("to", "");
  await model.setQuietTime("to", "20:30");
  expect(everywhere.value.quietHours).toEqual({ from: 20 * 60 + 30, to: 7 * 60 });
  await model.setQuiet(false);
  expect(everywhere.value.quietHours).toBe(undefined);
});
