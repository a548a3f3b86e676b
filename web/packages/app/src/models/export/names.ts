// What files are called on a disk, whatever they are called in a message.

const NAME_MAX = 80;
/** What one system or another does not take, and what would lead to another folder. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Kept short, with its ending. */
export function safeName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replace(FORBIDDEN, "_")
    .replace(/^[. ]+|[. ]+$/g, "");
  const ending = /\.[^.]{1,10}$/.exec(clean)?.[0] ?? "";
  const stem = [...clean.slice(0, clean.length - ending.length)].slice(0, NAME_MAX).join("");
  return stem + ending || "_";
}

/** In the folder of the files, each with a number of its own. */
export function filePath(number: number, name: string): string {
  return `files/${numbered(number)}-${safeName(name)}`;
}

export const pagePath = (number: number, ending: "html" | "json"): string =>
  `messages-${numbered(number)}.${ending}`;

const numbered = (number: number): string => String(number).padStart(4, "0");

/** A path as it stands in a link. */
export const linkTo = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
