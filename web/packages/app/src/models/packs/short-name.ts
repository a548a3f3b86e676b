// Short names of pictures in packs, made from the names of their files.
import { folded, SHORTCODE_MAX } from "@herold/engine";

/** As people type them who have no such keys. */
const UMLAUTS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue" };

/** A short name that none of the others has: "Ä Ö.PNG" becomes "ae_oe". */
export function shortNameFor(fileName: string, taken: ReadonlySet<string>): string {
  const name = plain(fileName.replace(/\.[^.]*$/, ""));
  for (let number = 1; ; number += 1) {
    const proposed = numbered(name, number);
    if (!taken.has(proposed)) return proposed;
  }
}

function plain(name: string): string {
  const spelled = name
    .normalize()
    .toLowerCase()
    .replace(/[äöü]/g, (letter) => UMLAUTS[letter] ?? letter);
  return trimmed(folded(spelled).replace(/[^a-z0-9_-]+/g, "_"));
}

/** Where nothing is left of a name, the number is its name. */
export function numbered(name: string, number: number): string {
  if (name === "") return String(number);
  const end = number === 1 ? "" : `_${number}`;
  return `${trimmed(name.slice(0, SHORTCODE_MAX - end.length))}${end}`;
}

const trimmed = (name: string): string => name.replace(/^_+|_+$/g, "");
