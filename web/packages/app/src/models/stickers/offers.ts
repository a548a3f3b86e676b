// The pictures of packs one by one, each with a mark by which this device remembers it.
import type { ImagePack, PackImage, PackPlace } from "@herold/engine";

import { bestOf } from "../emoji/emoji.ts";

/** A picture that is offered, and where it is from. */
export interface Offer {
  /** Without spaces, and like no sign of Unicode. */
  readonly mark: string;
  readonly image: PackImage;
  readonly pack: ImagePack;
}

/** A pack stays the same object as long as nothing of it changes: who types asks for the same ones with every letter. */
const known = new WeakMap<ImagePack, readonly Offer[]>();

export function offersOf(packs: readonly ImagePack[]): readonly Offer[] {
  return packs.flatMap((pack) => {
    const offers = known.get(pack) ?? offersIn(pack);
    known.set(pack, offers);
    return offers;
  });
}

function offersIn(pack: ImagePack): readonly Offer[] {
  return pack.images.map((image) => ({
    mark: [pack.roomId, pack.key, image.shortcode]
      .map((part) => encodeURIComponent(part.toWellFormed()))
      .join("/"),
    image,
    pack,
  }));
}

/** By what they are written as, what is to be seen on them, and whatever else is said of them. */
export function findOffers(
  offers: readonly Offer[],
  words: string,
  limit: number,
  more: (pack: ImagePack) => readonly string[] = () => [],
): Offer[] {
  return bestOf(
    offers,
    ({ image, pack }) => [image.shortcode, image.description, ...more(pack)],
    words,
    limit,
  );
}

export function samePack(one: PackPlace, other: PackPlace): boolean {
  return one.roomId === other.roomId && one.key === other.key;
}
