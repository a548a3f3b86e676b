// What it means that words are found in a text: the same for the index of this device, for what the server found, and
// for what is highlighted.
import { folded } from "./folding.ts";
import type { Marks } from "./search.ts";

/** One word of a search, folded. */
export interface Term {
  readonly text: string;
  /** Too short to be looked for in the middle of words: only at their beginning. */
  readonly atBeginning: boolean;
}

/** Characters from which on a word is found in the middle of others, too. */
export const ANYWHERE_FROM = 3;
/** Words of a search that count. */
const TERMS_MAX = 32;
const LETTER = /[\p{L}\p{N}]/u;
/** Scripts that put no spaces between words: any character may begin one. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

export function termsOf(words: string): Term[] {
  const texts = new Set(folded(words).split(/\s+/).filter(Boolean));
  return [...texts]
    .slice(0, TERMS_MAX)
    .map((text) => ({ text, atBeginning: [...text].length < ANYWHERE_FROM }));
}

/** Whether a folded text has all of the words. */
export function hasTerms(text: string, terms: readonly Term[]): boolean {
  return terms.every((term) => nextPlace(text, term, 0) >= 0);
}

/** Whether a word begins at this place of a text. */
export function beginsWord(text: string, at: number): boolean {
  const before = characterBefore(text, at);
  if (before === "" || !LETTER.test(before)) return true;
  return UNSPACED.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  const low = unit >= 0xdc00 && unit <= 0xdfff;
  return at === 0 ? "" : text.slice(at - (low ? 2 : 1), at);
}

function nextPlace(text: string, term: Term, from: number): number {
  let at = text.indexOf(term.text, from);
  while (term.atBeginning && at >= 0 && !beginsWord(text, at)) at = text.indexOf(term.text, at + 1);
  return at;
}

/** Where in a text the words are, in the text as it was written. */
export function marksIn(text: string, terms: readonly Term[]): Marks {
  if (terms.length === 0) return [];
  const { whole, begins } = foldedWithPlaces(text);
  const marks: [number, number][] = [];
  for (const term of terms) {
    for (let at = nextPlace(whole, term, 0); at >= 0; at = nextPlace(whole, term, at + term.text.length)) {
      const end = at + term.text.length;
      marks.push([begins[at] ?? 0, endOf(begins, end, text.length)]);
    }
  }
  return merged(marks);
}

/** A character that was folded to several is marked as a whole, with the accents that follow it. */
function endOf(begins: readonly number[], end: number, length: number): number {
  const last = begins[end - 1];
  while (end < begins.length && begins[end] === last) end += 1;
  return begins[end] ?? length;
}

function foldedWithPlaces(text: string): { whole: string; begins: number[] } {
  let whole = "";
  const begins: number[] = [];
  let at = 0;
  for (const character of text) {
    const part = folded(character);
    for (let index = 0; index < part.length; index += 1) begins.push(at);
    whole += part;
    at += character.length;
  }
  return { whole, begins };
}

function merged(marks: [number, number][]): Marks {
  const apart: [number, number][] = [];
  for (const mark of marks.sort(([left], [right]) => left - right)) {
    const last = apart.at(-1);
    if (last && mark[0] <= last[1]) last[1] = Math.max(last[1], mark[1]);
    else apart.push(mark);
  }
  return apart;
}
