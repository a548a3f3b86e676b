// Choosing an emoji: by group, by what was used lately, or by searching; in the skin tone of one's own. Pictures of packs
// stand among them where words are written.
import { computed, type ImagePack, type Live, type PackImage, signal } from "@herold/engine";

import type { Kept } from "../preferences/preferences.model.ts";
import { findOffers, type Offer, offersOf, samePack } from "../stickers/offers.ts";
import { EMOJI_GROUPS, type Emoji, type EmojiGroup, findEmoji, toned } from "./emoji.ts";

const RECENT_MAX = 32;
const FOUND_MAX = 120;

export type EmojiPlace = EmojiGroup | "recent" | ImagePack;

export type Choice =
  | { readonly kind: "sign"; readonly id: string; readonly name: string; readonly emoji: Emoji }
  | { readonly kind: "picture"; readonly id: string; readonly name: string; readonly image: PackImage };

const NO_PACKS: Live<readonly ImagePack[]> = signal([]);

export class EmojiPickerModel {
  readonly #list: readonly Emoji[];
  readonly #kept: Kept;
  readonly #words = signal("");
  readonly #place;
  readonly #tone;
  readonly #recent;
  readonly #lately;
  readonly #offers;

  readonly words: Live<string> = this.#words;
  readonly place: Live<EmojiPlace>;
  /** From 1, light, to 5, dark; 0 is none in particular. */
  readonly tone: Live<number>;
  readonly places: Live<readonly EmojiPlace[]>;
  /** What is shown: the group, or what was found. */
  readonly shown: Live<readonly Choice[]>;
  /** Pictures of packs are among it. */
  readonly pictured: Live<boolean>;

  /** `packs` may come later than the emoji, or never. */
  constructor(list: readonly Emoji[], kept: Kept, packs = NO_PACKS) {
    this.#list = list;
    this.#kept = kept;
    this.#recent = signal(recentOf(kept));
    this.#tone = signal(toneOf(kept));
    const emoticons = computed(() => packs.value.filter(({ uses }) => uses.emoticons));
    this.#offers = computed(() => offersOf(emoticons.value));
    this.#lately = computed(() => this.#recent.value.flatMap((id) => this.#choiceOf(id) ?? []));
    this.#place = signal<EmojiPlace>(this.#lately.peek().length > 0 ? "recent" : EMOJI_GROUPS[0]);
    this.tone = this.#tone;
    this.place = this.#place;
    this.places = computed(() => [
      ...(this.#lately.value.length > 0 ? (["recent"] as const) : []),
      ...emoticons.value,
      ...EMOJI_GROUPS,
    ]);
    this.shown = computed(() => this.#look());
    this.pictured = computed(() => this.shown.value.some(({ kind }) => kind === "picture"));
  }

  search(words: string): void {
    this.#words.value = words;
  }

  go(place: EmojiPlace): void {
    this.#place.value = place;
    this.#words.value = "";
  }

  isAt(place: EmojiPlace): boolean {
    const at = this.#place.peek();
    return typeof at === "object" && typeof place === "object" ? samePack(at, place) : at === place;
  }

  chooseTone(tone: number): void {
    this.#tone.value = tone;
    this.#kept.set("tone", String(tone));
  }

  signOf(emoji: Emoji): string {
    return toned(emoji, this.#tone.value);
  }

  /** The sign as it is to be written, or the picture; it is the first of the recent ones from now on. */
  take(choice: Choice): string | PackImage {
    const others = this.#recent.peek().filter((id) => id !== choice.id);
    this.#recent.value = [choice.id, ...others].slice(0, RECENT_MAX);
    this.#kept.set("recent", this.#recent.peek().join(" "));
    return choice.kind === "sign" ? this.signOf(choice.emoji) : choice.image;
  }

  #look(): readonly Choice[] {
    const words = this.#words.value.trim();
    const place = this.#place.value;
    const offers = this.#offers.value;
    if (words !== "") {
      const own = findOffers(offers, words, FOUND_MAX).map(pictured);
      return [...own, ...findEmoji(this.#list, words, FOUND_MAX).map(signed)].slice(0, FOUND_MAX);
    }
    if (place === "recent") return this.#lately.value;
    if (typeof place === "object") return offers.filter(({ pack }) => samePack(pack, place)).map(pictured);
    return this.#list.filter((emoji) => emoji.group === place).map(signed);
  }

  #choiceOf(id: string): Choice | undefined {
    const emoji = this.#list.find(({ sign }) => sign === id);
    if (emoji) return signed(emoji);
    const offer = this.#offers.value.find(({ mark }) => mark === id);
    return offer && pictured(offer);
  }
}

const signed = (emoji: Emoji): Choice => ({ kind: "sign", id: emoji.sign, name: emoji.name, emoji });

const pictured = ({ mark, image }: Offer): Choice => ({
  kind: "picture",
  id: mark,
  name: image.description,
  image,
});

function recentOf(kept: Kept): readonly string[] {
  return (kept.get("recent") ?? "").split(" ").filter((id) => id !== "");
}

function toneOf(kept: Kept): number {
  const tone = Number(kept.get("tone") ?? 0);
  return Number.isInteger(tone) && tone >= 0 && tone <= 5 ? tone : 0;
}
