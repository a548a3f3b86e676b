// Films as telephones make them (MP4 and QuickTime; ISO/IEC 14496-12, 4.2 and 8): what says where, when and with what they
// were made becomes free space, and empty. Nothing moves, so that what points to somewhere in the file still does. What
// runs along with the film stays: its pictures, its sound, and what some cameras write beside them as it goes.
import { Failure } from "@herold/engine";

import { type Bytes, textAt } from "./parts.ts";

/** What says how a film is played is read whole; no film that somebody sends has more of it. */
const INDEX_BYTES_MAX = 64 * 1024 * 1024;
/** A film has a few; one that is sent in pieces has two for each piece. */
const BOXES_MAX = 100_000;
/** Emptied at once. */
const ZEROS = new Blob([new Uint8Array(1024 * 1024)]);

const named = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** What is needed to play it, by what holds it. */
const KEPT: Readonly<Record<string, ReadonlySet<string>>> = {
  film: named("ftyp styp moov moof mdat mfra sidx ssix pdin wide"),
  moov: named("mvhd trak mvex iods pssh clip ctab rmra cmov"),
  trak: named("tkhd edts tref mdia tapt clip matt load"),
  mdia: named("mdhd hdlr minf elng"),
  moof: named("mfhd traf pssh"),
};
/** Of these not everything is kept. */
const INDEXES = named("moov moof");
const TIMED = named("mvhd tkhd mdhd");
const HOLDING = named("trak mdia");
const BEGINNINGS = named("ftyp moov mdat wide free skip pnot uuid udta meta");

interface Box {
  readonly type: string;
  readonly at: number;
  readonly head: number;
  readonly end: number;
}

/** Nothing where it is no film. Fails with `broken-file` where it says more of itself than any does. */
export async function bareFilm(file: Blob): Promise<Blob[] | undefined> {
  const parts: Blob[] = [];
  let at = 0;
  for (let count = 0; at < file.size; count += 1) {
    const head = new Uint8Array(await file.slice(at, at + 16).arrayBuffer());
    const box = boxAt(head, 0, file.size - at);
    const type = head.length < 8 ? "" : textAt(head, 4, 4);
    if (at === 0 && !isFilm(type, head)) return undefined;
    if (count === BOXES_MAX) throw new Failure("broken-file");
    // Of what is cut off, pictures and sound are played as far as they go.
    if (!box) return type === "mdat" ? [...parts, file.slice(at)] : parts;
    parts.push(...(await bareBox(file, at, box)));
    at += box.end;
  }
  return parts;
}

async function bareBox(file: Blob, at: number, box: Box): Promise<Blob[]> {
  const whole = file.slice(at, at + box.end);
  if (!KEPT.film?.has(box.type)) {
    const head = new Uint8Array(await whole.slice(0, box.head).arrayBuffer());
    head.set(FREE, 4);
    return [new Blob([head]), ...zeros(box.end - box.head)];
  }
  if (!INDEXES.has(box.type)) return [whole];
  if (box.end > INDEX_BYTES_MAX) throw new Failure("broken-file");
  const bytes = new Uint8Array(await whole.arrayBuffer());
  clear(bytes, box);
  return [new Blob([bytes])];
}

const FREE = new TextEncoder().encode("free");

function zeros(count: number): Blob[] {
  const whole = Array.from({ length: Math.floor(count / ZEROS.size) }, () => ZEROS);
  return [...whole, ZEROS.slice(0, count % ZEROS.size)];
}

/** Pictures (HEIF, AVIF) are made of the same boxes, and need what films do not. */
function isFilm(first: string, head: Bytes): boolean {
  return (
    BEGINNINGS.has(first) && !(first === "ftyp" && /^(mif1|msf1|hei|hev|avi[fs])/.test(textAt(head, 8, 4)))
  );
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

/** Empties what a box holds that is not played. Boxes that hold others hold themselves in none. */
function clear(bytes: Bytes, outer: Box): void {
  for (let at = outer.head; at < outer.end; ) {
    const box = boxAt(bytes, at, outer.end);
    if (!box) {
      bytes.fill(0, at, outer.end);
      return;
    }
    if (!KEPT[outer.type]?.has(box.type)) {
      bytes.set(FREE, at + 4);
      bytes.fill(0, box.head, box.end);
    } else if (TIMED.has(box.type)) {
      // A version, flags, and when it was made and changed.
      const long = bytes[box.head] === 1;
      bytes.fill(0, box.head + 4, Math.min(box.end, box.head + 4 + (long ? 16 : 8)));
    } else if (box.type === "hdlr") {
      // What it is called comes behind what it is.
      bytes.fill(0, Math.min(box.end, box.head + 24), box.end);
    } else if (HOLDING.has(box.type)) clear(bytes, box);
    at = box.end;
  }
}
