// Packs of pictures that rooms have: emoticons to put among words, and stickers to send by themselves (Matrix v1.19,
// "Image packs"). They are never encrypted: servers see the pictures, and when somebody looks at one.
import type { Live } from "./live.ts";
import type { Picture } from "./timeline.ts";

/** The longest shortcode, in letters. */
export const SHORTCODE_MAX = 100;
const SHORTCODE = /^[A-Za-z0-9_-]{1,100}$/;

/** Whether it may be the name of a picture in a pack. */
export const isShortcode = (typed: string): boolean => SHORTCODE.test(typed);

export interface PackImage {
  /** What it is found by and written as. Others may have written something that is no shortcode. */
  readonly shortcode: string;
  /** What is to be seen on it; the shortcode where nobody said. */
  readonly description: string;
  readonly picture: Picture;
  /** What the pack says of the file, opaque to the app. */
  readonly info: unknown;
}

/** Which of a room's packs it is. */
export interface PackPlace {
  readonly roomId: string;
  readonly key: string;
}

export interface PackUses {
  readonly emoticons: boolean;
  readonly stickers: boolean;
}

export interface ImagePack extends PackPlace {
  /** Its own, else the room's. */
  readonly name: string;
  /** Nothing where it goes by the room's. */
  readonly ownName: string | undefined;
  /** Who drew it, or where it is from. */
  readonly attribution: string | undefined;
  readonly uses: PackUses;
  readonly images: readonly PackImage[];
  /** The person wants it in all rooms. */
  readonly everywhere: boolean;
}

export interface PackDraft {
  /** Empty for the room's. */
  readonly name: string;
  readonly attribution: string;
  readonly uses: PackUses;
  readonly images: readonly DraftImage[];
}

export interface DraftImage {
  readonly shortcode: string;
  readonly description: string;
  /** A new one, or one of the pack as it is. */
  readonly image: NewPicture | PackImage;
}

/** A picture that is in no pack yet, as it will be there. */
export interface NewPicture {
  readonly file: Blob;
  readonly animated: boolean;
  /** What the pack will say of the file, opaque to the app. */
  readonly info: unknown;
}

export interface PackSaving {
  /** How many of the new pictures are up. */
  progress(done: number, of: number): void;
  readonly signal: AbortSignal;
}

export interface ImagePacks {
  /**
   * What somebody who writes in a room may choose from: first the packs they want everywhere, then the room's own, then
   * those of the spaces it belongs to.
   */
  offeredIn(roomId: string): Live<readonly ImagePack[]>;
  /** All of one room, also those without pictures. */
  of(roomId: string): Live<readonly ImagePack[]>;
  setEverywhere(pack: PackPlace, everywhere: boolean): Promise<void>;
  /** Where a new pack of a room will be. */
  newPlace(roomId: string): PackPlace;
  /** A picture for a pack, smaller where nobody would see the difference. Fails with `broken-file` for anything else. */
  prepare(file: Blob): Promise<NewPicture>;
  /**
   * Writes a pack, as it is to be when its new pictures are up. Each of them is uploaded once, however often that is
   * tried. Fails with `pack-full` where there are more of them than fit into it.
   */
  save(place: PackPlace, pack: () => PackDraft, saving: PackSaving): Promise<void>;
  /** The person does not want it everywhere any more, either. */
  remove(pack: PackPlace): Promise<void>;
}
