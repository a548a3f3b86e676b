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
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Matches a text with others beside it, such as the label of a field that shows its value. */
export function saidWithin(key: TextKey): RegExp {
  return new RegExp(said(key).source.replace(/^\^|\$$/g, ""));
}
