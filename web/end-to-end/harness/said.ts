// What the app says, in whichever language it speaks: a scenario names texts as views do.
import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { languages, texts } from "../../tools/messages.ts";

const known = new Map<string, Map<string, string>>();
for (const language of languages()) known.set(language, texts(language));

/** Matches a whole text; what is filled into it may be anything. */
export function said(key: TextKey): RegExp {
  const forms = [...known.values()].map((language) => {
    const [first = "", ...rest] = (language.get(key) ?? key).split(/\{[^{}]*\}/);
    return [first, ...rest].map(escaped).join(".*");
  });
  return new RegExp(`^(${forms.join("|")})$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
