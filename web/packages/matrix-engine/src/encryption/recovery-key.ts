// The recovery key: how it is made and how it is read, without asking anybody.
//
// Every Matrix client reads these keys: 32 bytes, two bytes before them and a check byte after them, in base 58. Base
// 58 tells small letters from capitals, and people who copy a key from paper do not. So the keys made here have no
// small letters behind their first three characters, which are always `EsT`: 45 characters out of 33, less the check
// byte, are 219 bits, and what is locked with them is locked with a hash of them.
import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";

const START = "EsT";
const LENGTH = 48;
const CAPITALS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/** How many characters of a key may be in the wrong case, or mistaken for another, and still be put right. */
const SLIPS_MAX = 2;

export interface RecoveryKey {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In groups of four, as it is shown. */
  readonly words: string;
}

export function makeRecoveryKey(): RecoveryKey {
  // About one in 256 has the right check byte.
  for (;;) {
    const letters = START + randomCapitals(LENGTH - START.length);
    const bytes = decoded(letters);
    if (bytes) return { bytes, words: letters.match(/.{4}/g)?.join(" ") ?? letters };
  }
}

/**
 * The keys that somebody may have meant, the likeliest first; none when it cannot be a key. Which of them it is, is for
 * what they open to say.
 */
export function keysMeantBy(typed: string): Uint8Array<ArrayBuffer>[] {
  const letters = typed.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "");
  if (letters.length !== LENGTH) return [];
  const exact = decoded(letters);
  if (exact) return [exact];
  const own = decoded(START + letters.slice(START.length).toUpperCase().replaceAll("I", "1"));
  if (own) return [own];
  return [...variants(letters, 0, SLIPS_MAX)].flatMap((variant) => decoded(variant) ?? []);
}

function* variants(letters: string, from: number, slips: number): Generator<string> {
  for (let place = from; place < letters.length; place += 1) {
    for (const other of mistakenFor(letters.charAt(place))) {
      const variant = letters.slice(0, place) + other + letters.slice(place + 1);
      yield variant;
      if (slips > 1) yield* variants(variant, place + 1, slips - 1);
    }
  }
}

/** What a character may have been meant to be. Base 58 has no 0, O, I and l. */
function mistakenFor(letter: string): readonly string[] {
  if (letter === "0" || letter === "O") return ["o"];
  if (letter === "I" || letter === "l") return ["1", "i", "L"];
  const flipped = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
  return flipped === letter || flipped === "O" || flipped === "I" || flipped === "l" ? [] : [flipped];
}

function decoded(letters: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return decodeRecoveryKey(letters);
  } catch {
    return undefined;
  }
}

function randomCapitals(count: number): string {
  // The largest multiple of 33 that fits a byte: what lies above it is thrown again, so that every letter is as likely.
  const fair = 256 - (256 % CAPITALS.length);
  let letters = "";
  while (letters.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(count * 2))) {
      if (byte < fair && letters.length < count) letters += CAPITALS.charAt(byte % CAPITALS.length);
    }
  }
  return letters;
}
