// Choosing a sticker: by pack, by what was sent lately, or by searching.
import { computed, type ImagePack, type Live, signal } from "@herold/engine";

import type { Kept } from "../preferences/preferences.model.ts";
import type { OfferedModel } from "./offered.model.ts";
import { findOffers, type Offer, offersOf } from "./offers.ts";

const RECENT_MAX = 20;
const FOUND_MAX = 200;
const RECENT = "recent-stickers";

export interface StickerGroup {
  readonly id: string;
  /** Nothing for those that were sent lately, or were found. */
  readonly pack: ImagePack | undefined;
  readonly offers: readonly Offer[];
}

export class StickersModel {
  readonly #kept: Kept;
  readonly #words = signal("");
  readonly #recent: readonly string[];

  readonly words: Live<string> = this.#words;
  readonly groups: Live<readonly StickerGroup[]>;
  /** There is nothing to choose from. */
  readonly empty: Live<boolean>;

  constructor({ packs }: OfferedModel, kept: Kept) {
    this.#kept = kept;
    this.#recent = (kept.get(RECENT) ?? "").split(" ");
    const stickers = computed(() => packs.value.filter(({ uses }) => uses.stickers));
    const offers = computed(() => offersOf(stickers.value));
    this.empty = computed(() => stickers.value.length === 0);
    this.groups = computed(() => {
      const words = this.#words.value.trim();
      if (words !== "") {
        const found = findOffers(offers.value, words, FOUND_MAX, ({ name }) => [name]);
        return found.length > 0 ? [{ id: "found", pack: undefined, offers: found }] : [];
      }
      const lately = this.#recent.flatMap((mark) => offers.value.find((offer) => offer.mark === mark) ?? []);
      const recent = { id: "recent", pack: undefined, offers: lately };
      return [
        ...(lately.length > 0 ? [recent] : []),
        ...stickers.value.map((pack) => ({
          id: `${pack.roomId} ${pack.key}`,
          pack,
          offers: offers.value.filter((offer) => offer.pack === pack),
        })),
      ];
    });
  }

  search(words: string): void {
    this.#words.value = words;
  }

  /** It is the first of those that were sent lately, from the next time on. */
  take({ mark }: Offer): void {
    const recent = [mark, ...this.#recent.filter((known) => known !== mark && known !== "")];
    this.#kept.set(RECENT, recent.slice(0, RECENT_MAX).join(" "));
  }
}
