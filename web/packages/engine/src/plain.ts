// Formatted words as one line of plain ones: what their author's app wrote as plain may be the source of the format.
import type { Words } from "./timeline.ts";

/** Enough for a line, however long the message is. */
const LOOKED_AT_MAX = 4_000;
/** In place of what is covered until somebody wants to see it. */
const COVERED = "▒▒▒▒";
const PART = /<!--[\s\S]*?-->|<\/?([a-zA-Z][\w-]*)([^>]*)>|[^<]+|</g;
/** What begins on a line of its own. */
const BLOCKS = new Set(
  "blockquote br details div h1 h2 h3 h4 h5 h6 hr li ol p pre summary table td th tr ul".split(" "),
);
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

export function plainOf({ plain, html }: Words): string {
  return (html === undefined ? plain : textOf(html)).replace(/\s+/g, " ").trim();
}

function textOf(html: string): string {
  let text = "";
  /** How deep one is in what is not told: in something covered, or in what older apps repeat of the answered one. */
  let hidden = 0;
  let hiding = "";
  const own = html.slice(0, LOOKED_AT_MAX);
  for (const [part, name = "", attributes = ""] of own.matchAll(PART)) {
    const tag = name.toLowerCase();
    const closes = part.startsWith("</");
    if (hidden > 0) {
      if (tag === hiding) hidden += closes ? -1 : 1;
    } else if (!closes && (tag === "mx-reply" || /\bdata-mx-spoiler\b/.test(attributes))) {
      [hidden, hiding] = [1, tag];
      if (tag !== "mx-reply") text += COVERED;
    } else if (tag === "img") text += decoded(/\balt="([^"]*)"/.exec(attributes)?.[1] ?? "");
    else if (BLOCKS.has(tag)) text += " ";
    else if (!tag && !part.startsWith("<!--")) text += decoded(part);
  }
  return text;
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w{2,8}));/g, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
