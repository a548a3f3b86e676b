// What a block of messages may hold, in a few bits: a Bloom filter of the pieces of its words. It never denies what is
// there; what it affirms is looked at.
import { ANYWHERE_FROM, beginsWord, type Term } from "@herold/engine";

/** Bits for each piece: with two of them set, about one piece in eight is affirmed wrongly. */
const BITS_PER_PIECE = 6;
const BITS_MIN = 256;
const BITS_MAX = 65_536;
/** Stands before what is only looked for at the beginning of words, and before ids. */
const BEGINNING = "\u0001";
const ID = "\u0002";

export const pieceOfId = (id: string): string => ID + id;

/** The pieces of a folded text: every three characters of it, and the beginnings of its words. */
export function addPieces(text: string, pieces: Set<string>): void {
  for (let at = 0; at + ANYWHERE_FROM <= text.length; at += 1) pieces.add(text.slice(at, at + ANYWHERE_FROM));
  let at = 0;
  for (const character of text) {
    if (beginsWord(text, at) && character.trim() !== "") {
      const next = text.codePointAt(at + character.length);
      pieces.add(BEGINNING + character);
      if (next !== undefined) pieces.add(BEGINNING + character + String.fromCodePoint(next));
    }
    at += character.length;
  }
}

/** The pieces that a text must have to have a word. */
export function piecesOfTerm({ text, atBeginning }: Term): Set<string> {
  const pieces = new Set<string>();
  if (atBeginning) pieces.add(BEGINNING + text);
  else
    for (let at = 0; at + ANYWHERE_FROM <= text.length; at += 1)
      pieces.add(text.slice(at, at + ANYWHERE_FROM));
  return pieces;
}

export function signatureOf(pieces: ReadonlySet<string>): Uint8Array {
  const wanted = Math.min(BITS_MAX, Math.max(BITS_MIN, pieces.size * BITS_PER_PIECE));
  const signature = new Uint8Array(2 ** Math.ceil(Math.log2(wanted)) / 8);
  for (const piece of pieces) {
    for (const bit of bitsOf(piece, signature.length * 8))
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return signature;
}

export function mayHave(signature: Uint8Array, pieces: Iterable<string>): boolean {
  for (const piece of pieces) {
    for (const bit of bitsOf(piece, signature.length * 8)) {
      if (((signature[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
  }
  return true;
}

/** Two bits, from one hash (FNV-1a, its end stirred as MurmurHash does). `size` is a power of two. */
function bitsOf(piece: string, size: number): [number, number] {
  let hash = 0x811c9dc5;
  for (let at = 0; at < piece.length; at += 1) hash = Math.imul(hash ^ piece.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return [hash & (size - 1), (hash >>> 16) & (size - 1)];
}
