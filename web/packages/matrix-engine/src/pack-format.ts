// Packs of pictures as the specification has them, in m.room.image_pack and m.image_pack.rooms: pure.
import type {
  DraftImage,
  ImagePack,
  MediaSource,
  PackDraft,
  PackImage,
  PackPlace,
  PackUses,
  Picture,
} from "@herold/engine";
import type { IContent } from "matrix-js-sdk";

import { pictureOf, sourceOf } from "./content.ts";
import { shownName } from "./names.ts";
import { fields, number } from "./values.ts";

export const IMAGE_PACK = "m.room.image_pack";
export const PACK_ROOMS = "m.image_pack.rooms";

/** What an event may say, without what servers put around it: all of it has to fit into 64 KiB. */
const PACK_BYTES_MAX = 60_000;

/** What moves is fetched whole, one beside the other: a larger one, or one that says nothing of it, stands still. */
const MOVING_BYTES_MAX = 1024 * 1024;

export const mayMove = (bytes: unknown): boolean =>
  (number(bytes) ?? Number.POSITIVE_INFINITY) <= MOVING_BYTES_MAX;

/** A picture that has an address. */
export interface ReadyImage extends Omit<DraftImage, "image"> {
  readonly address: string;
  readonly info: unknown;
}

/** Nothing where there is no pack any more: what is removed leaves an event that says nothing. */
export function packIn(
  content: IContent,
  place: PackPlace & { readonly roomName: string; readonly everywhere: boolean },
): ImagePack | undefined {
  if (content.images === undefined && content.pack === undefined) return undefined;
  const { roomName, ...kept } = place;
  const pack = fields(content.pack);
  const ownName = shownName(pack.display_name);
  return {
    ...kept,
    name: ownName ?? roomName,
    ownName,
    attribution: shownName(pack.attribution),
    uses: usesIn(pack.usage),
    images: imagesIn(content.images),
  };
}

/** Who says nothing that is known means both. */
function usesIn(usage: unknown): PackUses {
  const named: unknown[] = Array.isArray(usage) ? usage : [];
  const [emoticons, stickers] = [named.includes("emoticon"), named.includes("sticker")];
  return emoticons || stickers ? { emoticons, stickers } : { emoticons: true, stickers: true };
}

function imagesIn(images: unknown): readonly PackImage[] {
  const named = new Map<string, PackImage>();
  for (const [written, image] of Object.entries(fields(images))) {
    const { url, body, info } = fields(image);
    const measures: IContent = fields(info);
    const source = sourceOf(undefined, url, measures.mimetype);
    if (!source) continue;
    const shortcode = nameBeside(named, shownName(written) ?? "_");
    const description = shownName(body) ?? shortcode;
    const picture = packPicture(source, measures);
    named.set(shortcode, { shortcode, description, picture, info: measures });
  }
  return [...named.values()];
}

function packPicture(source: MediaSource, measures: IContent): Picture {
  const picture = pictureOf(source, measures);
  return { ...picture, animated: picture.animated && mayMove(measures.size) };
}

/** Others may have written what shows nothing, or two that look the same: each is found by a name of its own. */
function nameBeside(others: ReadonlyMap<string, unknown>, name: string): string {
  for (let number = 1; ; number += 1) {
    const own = number === 1 ? name : `${name}_${number}`;
    if (!others.has(own)) return own;
  }
}

/** The event of a pack as it is to be. What others wrote into it besides stays. */
export function packContent(before: IContent, draft: PackDraft, images: readonly ReadyImage[]): IContent {
  const { display_name: _, attribution: __, usage: ___, ...pack } = fields(before.pack);
  const known = Object.values(fields(before.images)).map(fields);
  const { emoticons, stickers } = draft.uses;
  const both = emoticons === stickers;
  return {
    ...before,
    images: Object.fromEntries(
      images.map(({ shortcode, description, address, info }) => {
        const { body: _, ...same } = known.find(({ url }) => url === address) ?? {};
        const said = description !== "" && description !== shortcode ? { body: description } : {};
        return [shortcode, { ...same, url: address, ...said, info }];
      }),
    ),
    pack: {
      ...pack,
      ...(draft.name ? { display_name: draft.name } : {}),
      ...(draft.attribution ? { attribution: draft.attribution } : {}),
      ...(both ? {} : { usage: [emoticons ? "emoticon" : "sticker"] }),
    },
  };
}

export function fitsIntoEvent(content: IContent): boolean {
  return new TextEncoder().encode(JSON.stringify(content)).length <= PACK_BYTES_MAX;
}

/** The packs that somebody wants everywhere, in their order. */
export function placesIn(content: IContent): PackPlace[] {
  return Object.entries(fields(content.rooms)).flatMap(([roomId, keys]) =>
    Object.keys(fields(keys)).map((key) => ({ roomId, key })),
  );
}

/** The account data with a pack put in or taken out; what else it says stays. */
export function withPlace(content: IContent, { roomId, key }: PackPlace, everywhere: boolean): IContent {
  const rooms = fields(content.rooms);
  // "constructor" may be a key as well: what every object has besides is not known here.
  const known = new Map(Object.entries(fields(rooms[roomId])));
  if (!everywhere) known.delete(key);
  else if (!known.has(key)) known.set(key, {});
  const keys = Object.fromEntries(known);
  const { [roomId]: _, ...otherRooms } = rooms;
  if (Object.keys(keys).length === 0) return { ...content, rooms: otherRooms };
  return { ...content, rooms: { ...rooms, [roomId]: keys } };
}
