// Who is named in words, and what stands there in pictures: read out of a message that is edited, or typed as a whole id.
import type { Emoticon, Mention, RoomMention, Words } from "@herold/engine";

const LINK = /<a href="https:\/\/matrix\.to\/#\/([^"?/]+)(?:\?[^"]*)?">([^<]*)<\/a>/g;
const PERSON = /(?<![\w@])@([^\s:@]+:[A-Za-z0-9.-]+(?::\d+)?)(?<![.:-])/g;

/** The people and rooms that a message links to, as they stand in its plain words. */
export function mentionsIn(html: string): { people: Mention[]; rooms: RoomMention[] } {
  const people: Mention[] = [];
  const rooms: RoomMention[] = [];
  for (const [, address = "", label = ""] of html.matchAll(LINK)) {
    const id = decodeURIComponent(address);
    const name = unescaped(label).replace(/^[@#]/, "");
    if (id.startsWith("@")) people.push({ userId: id, name });
    else if (id.startsWith("!")) rooms.push({ roomId: id, name });
  }
  return { people, rooms };
}

const PICTURE = /<img (?=[^>]*data-mx-emoticon)[^>]*>/g;
const LABEL = /:([^\s:/]+)(?:\/\d+)?:/g;

/** The pictures among the words of a message, with how each stands in its plain words. */
export function emoticonsIn({ plain, html = "" }: Words): Emoticon[] {
  const labels = [...plain.matchAll(LABEL)].map(([whole, shortcode = ""]) => ({
    label: whole.slice(1, -1),
    shortcode,
  }));
  return [...html.matchAll(PICTURE)].flatMap(([tag]) => {
    const of = (name: string): string => unescaped(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
    const at = labels.findIndex(({ shortcode }) => shortcode === of("title"));
    const [found] = at < 0 ? [] : labels.splice(at, 1);
    return found ? [{ ...found, description: of("alt"), address: of("src") }] : [];
  });
}

/** Ids that somebody typed out. */
export function mentionsTyped(text: string): Mention[] {
  const named = new Set([...text.matchAll(PERSON)].map(([, name = ""]) => name));
  return [...named].map((name) => ({ userId: `@${name}`, name }));
}

function unescaped(html: string): string {
  return html
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}
