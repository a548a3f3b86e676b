// Emoji by their names and words, in the person's language. The list is large, and comes when it is first needed.
import type { Language } from "../../texts/texts.ts";

export interface Emoji {
  readonly sign: string;
  readonly name: string;
  /** Short codes, and other words for it. */
  readonly words: readonly string[];
  /** Unicode's group. */
  readonly group: number;
  /** From light to dark, where the sign has skin tones. */
  readonly tones: readonly string[];
}

/** Unicode's groups that emoji are in, in its order. */
export const EMOJI_GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;
export type EmojiGroup = (typeof EMOJI_GROUPS)[number];

const LISTS: Record<Language, () => Promise<{ emoji: Row[] }>> = {
  en: () => import("virtual:emoji-en"),
  de: () => import("virtual:emoji-de"),
  fr: () => import("virtual:emoji-fr"),
};

type Row = [sign: string, name: string, words: string[], group: number, tones: string[]];

const loaded = new Map<Language, Promise<readonly Emoji[]>>();

export function emojiIn(language: Language): Promise<readonly Emoji[]> {
  const known = loaded.get(language);
  if (known) return known;
  const loading = LISTS[language]().then(({ emoji }) =>
    emoji.map(([sign, name, words, group, tones]) => ({ sign, name, words, group, tones })),
  );
  loaded.set(language, loading);
  // Without a network it is asked for again the next time.
  loading.catch(() => loaded.delete(language));
  return loading;
}

/** The sign in a skin tone from 1 to 5; 0 is none in particular. */
export function toned(emoji: Emoji, tone: number): string {
  return emoji.tones[tone - 1] ?? emoji.sign;
}

export function findEmoji(list: readonly Emoji[], words: string, limit: number): Emoji[] {
  return bestOf(list, ({ sign, name, words }) => [name, ...words, sign], words, limit);
}

/** The best first: a word that is the same, then one that begins so, then one that has it in it. */
export function bestOf<T>(
  list: readonly T[],
  wordsOf: (one: T) => readonly string[],
  words: string,
  limit: number,
): T[] {
  const wanted = folded(words);
  if (wanted === "") return list.slice(0, limit);
  const ranked = list.flatMap((one, index) => {
    const rank = rankOf(wordsOf(one), wanted);
    return rank === undefined ? [] : [{ one, rank, index }];
  });
  ranked.sort((left, right) => left.rank - right.rank || left.index - right.index);
  return ranked.slice(0, limit).map(({ one }) => one);
}

function rankOf(words: readonly string[], wanted: string): number | undefined {
  let best: number | undefined;
  for (const word of words) {
    const plain = folded(word);
    const rank = plain === wanted ? 0 : plain.startsWith(wanted) ? 1 : plain.includes(wanted) ? 2 : 3;
    if (rank < (best ?? 3)) best = rank;
  }
  return best;
}

/** Without case, accents and the signs between words: "Herz_Augen" finds "herzaugen". */
export function folded(words: string): string {
  return words
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim();
}
