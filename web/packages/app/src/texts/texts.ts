// What people read, in their language. Nothing that people read may be written anywhere else.
import { type Live, signal } from "@herold/engine";
import { IntlMessageFormat } from "intl-messageformat";

import type { TextKey } from "./keys.ts";

export const LANGUAGES = ["en", "de", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];
/** Each as it calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", de: "Deutsch", fr: "Français" };
export type TextValues = Record<string, string | number | Date>;

type Parsed = ConstructorParameters<typeof IntlMessageFormat>[0];
type Messages = Record<string, Parsed>;

/** Says a text in the person's language. */
export type Say = (key: TextKey, values?: TextValues) => string;

export interface Texts {
  readonly language: Language;
  /** What dates, numbers and lists are written by: the person's own region, where the language is the same. */
  readonly locale: string;
  readonly say: Say;
}

const load: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import("virtual:messages/en"),
  de: () => import("virtual:messages/de"),
  fr: () => import("virtual:messages/fr"),
};

/** The first of the wished languages that there is. */
export function chosen(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const language = LANGUAGES.find((known) => wish.toLowerCase().split("-")[0] === known);
    if (language) return language;
  }
  return "en";
}

/** All that can be said by now, in each language that was asked for. */
const known = new Map<Language, Messages>();
let more: LoadMore | undefined;
type LoadMore = (language: Language) => Promise<Messages>;

/** From now on more can be said, in these languages and in those that are asked for later. */
export async function sayMore(load: LoadMore): Promise<void> {
  more = load;
  await Promise.all([...known.keys()].map(add));
}

async function add(language: Language): Promise<void> {
  Object.assign(known.get(language) ?? {}, await more?.(language));
}

export async function textsIn(language: Language, wishes: readonly string[]): Promise<Texts> {
  const { messages: first } = await load[language]();
  const messages = known.get(language) ?? { ...first };
  known.set(language, messages);
  await add(language);
  const locale = wishes.find((wish) => wish.toLowerCase().split("-")[0] === language) ?? language;
  const formats = new Map<TextKey, IntlMessageFormat>();
  const say: Say = (key, values) => {
    let format = formats.get(key);
    if (!format) {
      const parsed = messages[key];
      // The check of languages finds it first; whoever meets it anyway can at least report the key.
      if (!parsed) return key;
      format = new IntlMessageFormat(parsed, locale);
      formats.set(key, format);
    }
    return format.format(values) as string;
  };
  return { language, locale, say };
}

/** The language in use, which can be changed while the app runs. */
export class TextsModel {
  readonly #current;
  #wanted: Language;

  readonly current: Live<Texts>;

  constructor(first: Texts) {
    this.#current = signal(first);
    this.#wanted = first.language;
    this.current = this.#current;
  }

  async use(language: Language, wishes: readonly string[]): Promise<void> {
    this.#wanted = language;
    if (language === this.#current.peek().language) return;
    const texts = await textsIn(language, wishes);
    // Somebody may have chosen again while it was on its way.
    if (this.#wanted === language) this.#current.value = texts;
  }
}
