// What the app says, in whichever language it speaks: a scenario names texts as views do.
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { languages, texts } from "../../tools/messages.ts";

const known = new Map<string, Map<string, string>>();
for (const language of languages()) known.set(language, texts(language));

/** Matches a whole text; what is filled into it may be anything. */
export function said(key: TextKey): RegExp {
  const forms = [...known.values()].map((language) => pattern(parse(language.get(key) ?? key)));
  return new RegExp(`^(${forms.join("|")})$`);
}

function pattern(parts: ReturnType<typeof parse>): string {
  return parts
    .map((part) => {
      if (part.type === TYPE.literal) return escaped(part.value);
      if (part.type === TYPE.pound) return ".+";
      if (!("options" in part)) return ".*";
      return `(?:${Object.values(part.options)
        .map(({ value }) => pattern(value))
        .join("|")})`;
    })
    .join("");
}

function escaped(text: string): string {
  // Names of controls reach a scenario with every space a plain one, and without the places where a word may break.
  return text
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\s/g, "\\s")
    .replace(/\u00ad/g, "\u00ad?");
}

/** Matches a text with others beside it, such as the label of a field that shows its value. */
export function saidWithin(key: TextKey): RegExp {
  return new RegExp(said(key).source.replace(/^\^|\$$/g, ""));
}

/** What the app says of what people do and wrote, in one line of a list: it ends where the line does. */
const LINES: readonly RegExp[] = [/^rooms\.(last|invited-by)/, /^threads\.latest/, /^happening\./];
/** With fewer letters of its own a text is what people wrote. */
const LETTERS_MIN = 4;

/** Whether these are words of the app, not of people. */
export function isSaid(words: string): boolean {
  return ownWords().some((pattern) => pattern.test(words));
}

let patterns: RegExp[] | undefined;

function ownWords(): RegExp[] {
  patterns ??= [...known.values()].flatMap((language) =>
    [...language].flatMap(([key, text]) => {
      const literal = text.replace(/\{[^{}]*\}/g, "").replace(/[^\p{L}]/gu, "");
      if (literal.length < LETTERS_MIN || LINES.some((line) => line.test(key))) return [];
      return new RegExp(`^(${pattern(parse(text))})$`);
    }),
  );
  return patterns;
}
