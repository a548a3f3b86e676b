// Who is named in words: read out of a message that is edited, or typed as a whole id.
import type { Mention, RoomMention } from "@herold/engine";

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
