// The beginning of what is so long that a conversation would consist of it: about as much as two or three screens of a
// phone hold. Decided by letters and lines, never by what is drawn: short messages cost nothing.
import type { Words } from "@herold/engine";

/** Letters that are shown of what is too long. */
const SHOWN = 2_200;
/** Nothing is taken away for a few lines more. */
const WHOLE_MAX = 3_000;
/** A line takes so much room, however few letters stand on it. */
const LINE = 40;
/** Code is as high as this at most, and is scrolled by itself. */
const CODE_MAX = 16 * LINE;

/** Answers and questions of polls are to be seen at a glance. */
const GLANCE = { shown: 140, wholeMax: 200 };

/** Nothing for what is short enough to stand as a whole. */
export function shortened({ plain, html }: Words): Words | undefined {
  const short =
    html === undefined ? cut(plain, { shown: SHOWN, wholeMax: WHOLE_MAX }) : shortenedFormat(html);
  if (short === undefined) return undefined;
  return html === undefined ? { plain: short, html } : { plain, html: short };
}

/** Nothing for what is to be seen at a glance already. */
export function glanceOf(text: string): string | undefined {
  return cut(text, GLANCE);
}

function cut(text: string, { shown, wholeMax }: { shown: number; wholeMax: number }): string | undefined {
  if (text.length * (1 + LINE) <= wholeMax) return undefined;
  const end = endOf(text, shown);
  return end === undefined || endOf(text, wholeMax) === undefined ? undefined : beginning(text, end);
}

/** Where the room is used up; nothing if it is enough. */
function endOf(text: string, room: number): number | undefined {
  let left = room;
  for (let at = 0; at < text.length; at += 1) {
    left -= text[at] === "\n" ? 1 + LINE : 1;
    if (left < 0) return at;
  }
  return undefined;
}

/** No word, and no letter, is broken in two for it if that can be. */
function beginning(text: string, end: number): string {
  const start = text.slice(0, end);
  // Half an address would lead elsewhere.
  const whole = start.replace(/\s+(?:\S{0,40}|\S*:\/\/\S*)$/, "").trimEnd() || start;
  return `${whole.replace(/[\ud800-\udbff]$/, "")}…`;
}

// A name is taken whole or not at all: what is not closed is looked at once.
const PART = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][\w-]*)(?![\w-])[^<>]*>|[^<]+|</g;
const LINES = new Set("blockquote br div h1 h2 h3 h4 h5 h6 hr li p tr".split(" "));

/** The elements that are open where it ends are closed by whoever reads it. */
function shortenedFormat(html: string): string | undefined {
  if (html.length * (1 + LINE) <= WHOLE_MAX) return undefined;
  let used = 0;
  let short: string | undefined;
  let codeFrom: number | undefined;
  for (const { 0: part, 1: slash, 2: name = "", index } of html.matchAll(PART)) {
    const tag = name.toLowerCase();
    if (tag === "pre") {
      if (!slash) codeFrom ??= used;
      else if (codeFrom !== undefined) {
        used = Math.min(used, codeFrom + CODE_MAX);
        codeFrom = undefined;
      }
    } else if (tag) {
      used += !slash && LINES.has(tag) ? LINE : 0;
      if (codeFrom === undefined && used > SHOWN) short ??= `${html.slice(0, index)}…`;
    } else if (!part.startsWith("<!--")) {
      // Nothing is cut out of code.
      if (codeFrom === undefined && short === undefined && used + part.length > SHOWN)
        short = html.slice(0, index) + beginning(part, Math.max(0, SHOWN - used));
      used += part.length + (codeFrom === undefined ? 0 : LINE * (part.split("\n").length - 1));
    }
    if (codeFrom === undefined && used > WHOLE_MAX) return short;
  }
  return undefined;
}
