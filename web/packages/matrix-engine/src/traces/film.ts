// Films as telephones make them (MP4 and QuickTime; ISO/IEC 14496-12, 4.2 and 8): what says where, when and with what they
// were made becomes free space. Nothing moves, so that what points to somewhere in the file still does.
import { type Bytes, textAt } from "./parts.ts";

/** Of what is no picture and no sound. More of it has no film that somebody sends. */
const READ_BYTES_MAX = 64 * 1024 * 1024;
/** A film has a few; one that is sent in pieces has two for each piece. */
const BOXES_MAX = 100_000;

/** Of a whole film, what is played. */
const PLAYED = new Set("ftyp styp moov moof mdat mfra sidx ssix pdin free skip wide".split(" "));
/** Within what says how a film is played, what does not. */
const SAID = new Set(["udta", "meta", "uuid"]);
const TIMED = new Set(["mvhd", "tkhd", "mdhd"]);
const HOLDING = new Set(["trak", "mdia"]);
/** A track, and its medium. */
const DEPTH_MAX = 2;

interface Box {
  readonly type: string;
  readonly at: number;
  readonly head: number;
  readonly end: number;
}

/** What is to stand at a place of a file instead. */
interface Change {
  readonly at: number;
  readonly bytes: Bytes;
}

/** Nothing where it is no film. Of what is cut off, what is there is played. */
export async function bareFilm(file: Blob): Promise<Blob[] | undefined> {
  const changes: Change[] = [];
  let at = 0;
  for (let count = 0; at < file.size; count += 1) {
    const head = new Uint8Array(await file.slice(at, at + 16).arrayBuffer());
    const box = boxAt(head, 0, file.size - at);
    if (at === 0 && !isFilm(box, head)) return undefined;
    if (!box || count === BOXES_MAX) break;
    if (box.type === "moov" || !PLAYED.has(box.type)) {
      if (box.end > READ_BYTES_MAX) return undefined;
      const bytes = new Uint8Array(await file.slice(at, at + box.end).arrayBuffer());
      if (box.type === "moov") clear(bytes, box.head, box.end);
      else empty(bytes, box);
      changes.push({ at, bytes });
    }
    at += box.end;
  }
  return changed(file, changes);
}

const FREE = new TextEncoder().encode("free");

/** Pictures (HEIF, AVIF) are made of the same boxes, and need what films do not. */
function isFilm(first: Box | undefined, head: Bytes): boolean {
  const type = first?.type ?? "";
  if (type !== "ftyp") return ["moov", "mdat", "wide", "free", "skip"].includes(type);
  return !/^(mif1|msf1|hei|hev|avi[fs])/.test(textAt(head, 8, 4));
}

/** The box at a place, as far as it ends before `limit`. */
function boxAt(bytes: Bytes, at: number, limit: number): Box | undefined {
  if (at + 8 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = textAt(bytes, at + 4, 4);
  const short = view.getUint32(at);
  if (short === 1 && at + 16 > bytes.length) return undefined;
  const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short;
  const head = at + (short === 1 ? 16 : 8);
  // The last one may go on to the end without saying where it is.
  const end = size === 0 ? limit : at + size;
  return end < head || end > limit ? undefined : { type, at, head, end };
}

function clear(bytes: Bytes, from: number, to: number, depth = 0): void {
  for (let at = from; at < to; ) {
    const box = boxAt(bytes, at, to);
    if (!box) return;
    if (SAID.has(box.type)) empty(bytes, box);
    else if (TIMED.has(box.type)) {
      // A version, flags, and when it was made and changed.
      const long = bytes[box.head] === 1;
      bytes.fill(0, box.head + 4, Math.min(box.end, box.head + 4 + (long ? 16 : 8)));
    } else if (depth < DEPTH_MAX && HOLDING.has(box.type)) clear(bytes, box.head, box.end, depth + 1);
    at = box.end;
  }
}

function empty(bytes: Bytes, { at, head, end }: Box): void {
  bytes.set(FREE, at + 4);
  bytes.fill(0, head, end);
}

function changed(file: Blob, changes: readonly Change[]): Blob[] {
  const parts: Blob[] = [];
  let from = 0;
  for (const { at, bytes } of changes) {
    parts.push(file.slice(from, at), new Blob([bytes]));
    from = at + bytes.length;
  }
  return [...parts, file.slice(from)];
}
