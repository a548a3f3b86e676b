import { expect, test } from "vitest";

import { translationFor } from "./translations.ts";

const all = { fr: "Bonjour", "de-AT": "Servus", de: "Guten Tag", "en-GB": "Hello" };

test.each([
  ["de-AT", "Servus"],
  ["de", "Guten Tag"],
  ["de-CH", "Servus"],
  ["fr-CA", "Bonjour"],
  ["nl", "Hello"],
])("for %s", (locale, text) => {
  expect(translationFor(all, locale)?.text).toBe(text);
});

test("where there is nothing better, anything will do", () => {
  expect(translationFor({ fr: "Bonjour" }, "de")).toEqual({ language: "fr", text: "Bonjour" });
  expect(translationFor({}, "de")).toBe(undefined);
});
