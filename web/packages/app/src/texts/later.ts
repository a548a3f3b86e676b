// What is said only in parts that are loaded when they are first opened: it comes with them. Which areas these are is said
// in tools/messages.ts.
import { type Language, sayMore } from "./texts.ts";

const load = {
  en: () => import("virtual:messages/en/later"),
  de: () => import("virtual:messages/de/later"),
  fr: () => import("virtual:messages/fr/later"),
} satisfies Record<Language, () => Promise<unknown>>;

/** The code of a part, there once what it says is. */
export async function withTexts<Code>(code: Promise<Code>): Promise<Code> {
  const [found] = await Promise.all([code, sayMore(async (language) => (await load[language]()).messages)]);
  return found;
}
