// Who is named in words, and what stands there in pictures: read out of a message that is edited, or typed as a whole id.
import type { Emoticon, Mention, RoomMention, Words } from "@herold/engine";

const LINK = /<a href="https:\/\/matrix\.to\/#\/([^"?/]+)(?:\?[^"]*)?">([^<]*)<\/a>/g;
const PERSON = /(?<![\w@])@([^\s:@]+:[A-Za-z0-9.-]+(?::\d+)?)(?<![.:-])/g;

/** The people and rooms that a message links to, as they stand in its plain words. */
export function mentionsIn(html: string): { people: Mention[]; rooms: RoomMention[] } {
  const people: Mention[] = [];
  const rooms: RoomMention[] = [];
  for (const [, address = "", label = ""] of html.matchAll(LINK)) {
    const id = decoded(address);
    const name = unescaped(label).replace(/^[@#]/, "");
    if (id.startsWith("@")) people.push({ userId: id, name });
    else if (id.startsWith("!")) rooms.push({ roomId: id, name });
  }
  return { people, rooms };
}

const PICTURE = /<img\s(?:[^<>"']|"[^"]*"|'[^']*')*>/gi;
const ATTRIBUTE = /\s([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const LABEL = /:([^\s:/]+)(?:\/\d+)?:/g;

/** How a picture can stand among words, between colons: others may have given it a name that cannot. */
export const labelFor = (shortcode: string): string => shortcode.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, "_");

/** The pictures among the words of a message, with how each stands in its plain words. */
export function emoticonsIn({ plain, html = "" }: Words): Emoticon[] {
  const labels = [...plain.matchAll(LABEL)].map(([whole, shortcode = ""]) => ({
    label: whole.slice(1, -1),
    shortcode,
  }));
  return [...html.matchAll(PICTURE)].flatMap(([tag]) => {
    const said = attributesOf(tag);
    const address = said.get("src") ?? "";
    if (!said.has("data-mx-emoticon") || !address.startsWith("mxc://")) return [];
    // Some apps write the colons there as well.
    const title = (said.get("title") ?? said.get("alt") ?? "").replace(/^:(.*):$/, "$1");
    const at = labels.findIndex(({ shortcode }) => shortcode === labelFor(title));
    const [found] = at < 0 ? [] : labels.splice(at, 1);
    return found
      ? [{ label: found.label, shortcode: title, description: said.get("alt") ?? title, address }]
      : [];
  });
}

/** The first of each name counts, as browsers have it. */
function attributesOf(tag: string): ReadonlyMap<string, string> {
  const found = [...tag.matchAll(ATTRIBUTE)].map(
    ([, name = "", ...values]) => [name.toLowerCase(), unescaped(values.find(Boolean) ?? "")] as const,
  );
  return new Map(found.reverse());
}

/** Ids that somebody typed out. */
export function mentionsTyped(text: string): Mention[] {
  const named = new Set([...text.matchAll(PERSON)].map(([, name = ""]) => name));
  return [...named].map((name) => ({ userId: `@${name}`, name }));
}

/** Nobody is named by what is no address. */
function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return "";
  }
}

function unescaped(html: string): string {
  return html
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&(?:#39|#x27|apos);/g, "'")
    .replace(/&amp;/g, "&");
}
