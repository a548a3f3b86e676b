// What people write, before it is sent.
import type { PackImage } from "./image-packs.ts";

/** Somebody who is mentioned, as it stands in the text: `@name`. */
export interface Mention {
  readonly userId: string;
  readonly name: string;
}

/** A room that is named, as it stands in the text: `#name`. */
export interface RoomMention {
  readonly roomId: string;
  readonly name: string;
}

/** A picture that stands among the words, in the text: `:label:`. */
export interface Emoticon {
  /** The shortcode, with something behind a stroke where another one has the same: `wave/2`. */
  readonly label: string;
  readonly shortcode: string;
  /** What is to be seen on it. */
  readonly description: string;
  /** mxc: address. */
  readonly address: string;
}

export interface Draft {
  /** As it was typed, in Markdown. */
  readonly text: string;
  /** What was typed is what is meant: no Markdown. */
  readonly plain: boolean;
  readonly mentions: readonly Mention[];
  readonly rooms: readonly RoomMention[];
  readonly emoticons: readonly Emoticon[];
  /** Whether everybody in the room is to be told. */
  readonly mentionsRoom: boolean;
  readonly emote: boolean;
  readonly replyTo: string | undefined;
  /** The root of the thread it belongs to. */
  readonly thread: string | undefined;
  /** The message whose words these replace. */
  readonly edits: string | undefined;
}

export interface OutgoingFile {
  readonly file: Blob;
  readonly name: string;
  readonly caption: string | undefined;
  /** Recorded here as a voice message: duration, and loudness from 0 to 1. */
  readonly voice?: { readonly durationMs: number; readonly waveform: readonly number[] };
}

export interface Files {
  readonly files: readonly OutgoingFile[];
  readonly replyTo: string | undefined;
  readonly thread: string | undefined;
}

export interface NewSticker {
  readonly image: PackImage;
  readonly replyTo: string | undefined;
  readonly thread: string | undefined;
}

export interface NewLocation {
  readonly latitude: number;
  readonly longitude: number;
  /** How far from there it may be. */
  readonly accuracyMetres: number | undefined;
  readonly description: string;
  readonly thread: string | undefined;
}
