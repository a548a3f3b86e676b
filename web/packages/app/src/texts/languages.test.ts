// Every language says everything, with the same gaps to fill.
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { expect, test } from "vitest";

import { languages, texts } from "../../../../tools/messages.ts";
import { LANGUAGES } from "./texts.ts";

const english = texts("en");

test("the languages of the folder are those of the app", () => {
  expect(languages()).toEqual([...LANGUAGES].sort());
});

test.each(languages())("%s has the keys of English", (language) => {
  expect([...texts(language).keys()].sort()).toEqual([...english.keys()].sort());
});

test.each(languages())("%s fills the gaps that English has", (language) => {
  for (const [key, text] of texts(language)) {
    expect([...gaps(text)].sort(), `${language}: ${key}`).toEqual([...gaps(english.get(key) ?? "")].sort());
    expect(text.trim(), `${language}: ${key}`).not.toBe("");
  }
});

test("signs that French sets apart never stand alone at the start of a line", () => {
  for (const [key, text] of texts("fr")) {
    expect(text, key).not.toMatch(/[^\u202f][;!?»]|[^\u202f]:(\s|$)|«[^\u202f]/);
    expect(text, key).not.toMatch(/'/);
  }
});

test.each(languages())("dots that go on never stand alone at the start of a line: %s", (language) => {
  for (const [key, text] of texts(language)) expect(text, key).not.toMatch(/ …/);
});

function gaps(text: string): Set<string> {
  const found = new Set<string>();
  const walk = (elements: ReturnType<typeof parse>): void => {
    for (const element of elements) {
      if (element.type !== TYPE.literal && element.type !== TYPE.pound) found.add(element.value);
      if ("options" in element) for (const option of Object.values(element.options)) walk(option.value);
      if (element.type === TYPE.tag) walk(element.children);
    }
  };
  walk(parse(text));
  return found;
}
