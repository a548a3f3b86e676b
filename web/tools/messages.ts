// A Vite plugin: `virtual:messages/<language>` is what people read in one language, already parsed, and
// `virtual:messages/<language>/later` what only those read who open a part that is loaded then.
// The files are packages/app/languages/<language>/<area>.json; the key of a text is `<area>.<name>`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";

const PREFIX = "virtual:messages/";
const LANGUAGES = join(import.meta.dirname, "../packages/app/languages");

/** What is said only behind `withTexts`, by areas. */
export const LATER: ReadonlySet<string> = new Set([
  "account",
  "details",
  "devices",
  "emoji",
  "export",
  "files",
  "members",
  "packs",
  "privacy",
  "room-settings",
  "verification",
]);

/** The texts of one language by key, as they are written. */
export function texts(language: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of files(language)) {
    const area = file.replace(/^.*\/|\.json$/g, "");
    const named = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    for (const [name, text] of Object.entries(named)) found.set(`${area}.${name}`, text);
  }
  return found;
}

export function languages(): string[] {
  return readdirSync(LANGUAGES).sort();
}

function files(language: string): string[] {
  return readdirSync(join(LANGUAGES, language))
    .sort()
    .map((file) => join(LANGUAGES, language, file));
}

export function messages(): Plugin {
  return {
    name: "herold-messages",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const [language = "", later] = id.slice(PREFIX.length + 1).split("/");
      for (const file of files(language)) this.addWatchFile(file);
      const parsed = [...texts(language)].flatMap(([key, text]) => {
        if (LATER.has(key.replace(/\..*/, "")) !== (later !== undefined)) return [];
        // Where a text stands in its file says nothing to those who read it.
        return [[key, parse(text, { captureLocation: false, locale: new Intl.Locale(language) })] as const];
      });
      return `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(parsed)))});`;
    },
  };
}
