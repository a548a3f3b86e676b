// A Vite plugin: `virtual:emoji-<language>` is the list of emoji with their names and words in one language, with
// nothing in it that the app does not look at. The list is Unicode's, through emojibase.
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const PREFIX = "virtual:emoji-";
/** Unicode's group of parts that are no emoji of their own: skin tones, hair. */
const COMPONENTS = 2;

const require = createRequire(import.meta.url);

interface Listed {
  readonly unicode: string;
  readonly hexcode: string;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly group?: number;
  readonly order?: number;
  readonly skins?: readonly { readonly unicode: string }[];
}

/** Sign, name, words, group, and the sign in the five skin tones where it has them. */
export type EmojiRow = [sign: string, name: string, words: string[], group: number, tones: string[]];

/** The emoji of one language, in Unicode's order. Short codes are English everywhere, as people know them from elsewhere. */
export function emojiRows(language: string): EmojiRow[] {
  const listed: Listed[] = require(`emojibase-data/${language}/compact.json`);
  const codes: Record<string, string | string[]> = require("emojibase-data/en/shortcodes/emojibase.json");
  return listed
    .filter(({ group }) => group !== undefined && group !== COMPONENTS)
    .sort((left, right) => (left.order ?? 0) - (right.order ?? 0))
    .map(({ unicode, hexcode, label, tags = [], group = 0, skins = [] }) => {
      const words = [...new Set([...[codes[hexcode] ?? []].flat(), ...tags])];
      // Signs of two people have one for every pair of tones: those of one tone are enough to choose from.
      const tones = skins.length === 5 ? skins.map((skin) => skin.unicode) : [];
      return [unicode, label, words, group, tones];
    });
}

export function emoji(): Plugin {
  return {
    name: "herold-emoji",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const rows = emojiRows(id.slice(PREFIX.length + 1));
      return `export const emoji = JSON.parse(${JSON.stringify(JSON.stringify(rows))});`;
    },
  };
}
