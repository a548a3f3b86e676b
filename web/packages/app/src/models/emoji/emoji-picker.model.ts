// Choosing an emoji: by group, by what was used lately, or by searching; in the skin tone of one's own.
import { computed, type Live, signal } from "@herold/engine";

import type { Kept } from "../preferences/preferences.model.ts";
import { EMOJI_GROUPS, type Emoji, type EmojiGroup, findEmoji, toned } from "./emoji.ts";

const RECENT_MAX = 32;
const FOUND_MAX = 120;

export type EmojiPlace = EmojiGroup | "recent";

export class EmojiPickerModel {
  readonly #list: readonly Emoji[];
  readonly #kept: Kept;
  readonly #words = signal("");
  readonly #place;
  readonly #tone;
  readonly #recent;

  readonly words: Live<string> = this.#words;
  readonly place: Live<EmojiPlace>;
  /** From 1, light, to 5, dark; 0 is none in particular. */
  readonly tone: Live<number>;
  readonly places: Live<readonly EmojiPlace[]>;
  /** What is shown: the group, or what was found. */
  readonly shown: Live<readonly Emoji[]>;

  constructor(list: readonly Emoji[], kept: Kept) {
    this.#list = list;
    this.#kept = kept;
    this.#recent = signal(recentOf(kept));
    this.#tone = signal(toneOf(kept));
    this.#place = signal<EmojiPlace>(this.#recent.peek().length > 0 ? "recent" : EMOJI_GROUPS[0]);
    this.tone = this.#tone;
    this.place = this.#place;
    this.places = computed(() => [
      ...(this.#recent.value.length > 0 ? (["recent"] as const) : []),
      ...EMOJI_GROUPS,
    ]);
    this.shown = computed(() => this.#look());
  }

  search(words: string): void {
    this.#words.value = words;
  }

  go(place: EmojiPlace): void {
    this.#place.value = place;
    this.#words.value = "";
  }

  chooseTone(tone: number): void {
    this.#tone.value = tone;
    this.#kept.set("tone", String(tone));
  }

  signOf(emoji: Emoji): string {
    return toned(emoji, this.#tone.value);
  }

  /** The sign as it is to be written; it is the first of the recent ones from now on. */
  take(emoji: Emoji): string {
    this.#recent.value = [emoji.sign, ...this.#recent.peek().filter((sign) => sign !== emoji.sign)].slice(
      0,
      RECENT_MAX,
    );
    this.#kept.set("recent", this.#recent.peek().join(" "));
    return this.signOf(emoji);
  }

  #look(): readonly Emoji[] {
    const words = this.#words.value.trim();
    if (words !== "") return findEmoji(this.#list, words, FOUND_MAX);
    const place = this.#place.value;
    if (place !== "recent") return this.#list.filter((emoji) => emoji.group === place);
    return this.#recent.value.flatMap((sign) => this.#list.find((emoji) => emoji.sign === sign) ?? []);
  }
}

function recentOf(kept: Kept): readonly string[] {
  return (kept.get("recent") ?? "").split(" ").filter((sign) => sign !== "");
}

function toneOf(kept: Kept): number {
  const tone = Number(kept.get("tone") ?? 0);
  return Number.isInteger(tone) && tone >= 0 && tone <= 5 ? tone : 0;
}
