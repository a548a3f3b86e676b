// What is said only in parts that come later is said nowhere else, or its key would be read there.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { LATER, languages, texts } from "../../../../tools/messages.ts";

const SRC = join(import.meta.dirname, "..");
/** Whatever a file needs or asks for, but for what is asked for together with its texts. */
const IMPORT = /(withTexts\()?(?:\bfrom\s+|\bimport\s*\(?\s*)"(\.[^"]+\.tsx?)"/g;
const KEY = new RegExp(`["'\`](?:${[...LATER].join("|")})\\.[a-z$]`);

function reached(from: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (file: string): void => {
    if (found.has(file) || !existsSync(file)) return;
    const text = readFileSync(file, "utf8");
    found.set(file, text);
    for (const [, later, path = ""] of text.matchAll(IMPORT)) if (!later) walk(join(dirname(file), path));
  };
  walk(from);
  return found;
}

test("nothing that comes without these texts says them", () => {
  const files = reached(join(SRC, "main.tsx"));
  expect([...files.keys()]).toContain(join(SRC, "views/panel/panel-views.ts"));
  expect([...files].filter(([, text]) => KEY.test(text)).map(([file]) => file)).toEqual([]);
  const settings = reached(join(SRC, "views/room-settings/room-settings.view.tsx"));
  expect([...settings.values()].some((text) => KEY.test(text))).toBe(true);
});

test("areas that come later are there", () => {
  const areas = new Set([...texts(languages()[0] ?? "").keys()].map((key) => key.replace(/\..*/, "")));
  expect([...LATER].filter((area) => !areas.has(area))).toEqual([]);
});
