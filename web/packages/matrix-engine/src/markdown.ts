// From what was typed to what is sent: the plain words, HTML where they are more than plain, and who is mentioned.
import type { Draft, Emoticon } from "@herold/engine";
import { Marked, type MarkedExtension, type TokenizerAndRendererExtension } from "marked";

import { aliasLink, personLink } from "./links.ts";

const BASE: MarkedExtension = {
  gfm: true,
  breaks: true,
  tokenizer: {
    // What looks like HTML is what somebody wrote, not markup.
    html: () => undefined,
    tag: () => undefined,
  },
  renderer: {
    // A picture would be fetched from elsewhere by whoever reads it.
    image: ({ raw }) => escapeHtml(raw),
  },
};

/** ||Hidden until somebody wants to see it.|| */
const SPOILER: TokenizerAndRendererExtension = {
  name: "spoiler",
  level: "inline",
  start: (source) => source.indexOf("||"),
  tokenizer(source) {
    const found = /^\|\|(?=\S)([\s\S]*?\S)\|\|/.exec(source);
    if (!found) return undefined;
    return { type: "spoiler", raw: found[0], tokens: this.lexer.inlineTokens(found[1] ?? "") };
  },
  renderer(token) {
    return `<span data-mx-spoiler>${this.parser.parseInline(token.tokens ?? [])}</span>`;
  },
};

const ALIAS = /^#[^\s:,]+:[A-Za-z0-9.-]+(?::\d+)?(?<![.:-])/;

export function escapeHtml(plain: string): string {
  return plain.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

export interface Written {
  readonly body: string;
  readonly html: string | undefined;
}

export type Wording = Pick<Draft, "text" | "mentions"> &
  Partial<Pick<Draft, "plain" | "rooms" | "emoticons">>;

/** The words of a draft as the specification has them. `roomLink` is the address of a room that is named. */
export function written(draft: Wording, roomLink: (roomId: string) => string = aliasLink): Written {
  const body = draft.text.trim();
  if (draft.plain) return { body, html: undefined };
  const links = new Map<string, string>();
  for (const { name, roomId } of draft.rooms ?? []) links.set(`#${name}`, roomLink(roomId));
  for (const { name, userId } of draft.mentions) links.set(`@${name}`, personLink(userId));
  const marked = new Marked(BASE, {
    extensions: [SPOILER, mentioning(links), picturing(draft.emoticons ?? [])],
  });
  const html = inner(marked.parse(body, { async: false }));
  return { body, html: html === plainly(body) ? undefined : html };
}

/** Names that were chosen from the list become links to what they name, and so do addresses of rooms. Code stays code. */
function mentioning(links: ReadonlyMap<string, string>): TokenizerAndRendererExtension {
  // Longer names first: "@Anna Berg" before "@Anna".
  const labels = [...links.keys()].sort((left, right) => right.length - left.length);
  return {
    name: "mention",
    level: "inline",
    start: (source) => source.search(/[@#]/),
    tokenizer(source) {
      const label = labels.find((known) => source.startsWith(known));
      if (label) return { type: "mention", raw: label, label, link: links.get(label) };
      const alias = ALIAS.exec(source)?.[0];
      return alias ? { type: "mention", raw: alias, label: alias, link: aliasLink(alias) } : undefined;
    },
    renderer: ({ label, link }) =>
      `<a href="${escapeHtml(link)}">${escapeHtml(String(label).replace(/^@/, ""))}</a>`,
  };
}

/** Small pictures that were chosen from a pack. Their height is for those who show them as they are. */
function picturing(emoticons: readonly Emoticon[]): TokenizerAndRendererExtension {
  const byLabel = new Map(emoticons.map((emoticon) => [emoticon.label, emoticon]));
  return {
    name: "emoticon",
    level: "inline",
    start: (source) => source.indexOf(":"),
    tokenizer(source) {
      const [raw, label = ""] = /^:([^\s:]+):/.exec(source) ?? [];
      const emoticon = byLabel.get(label);
      return raw && emoticon ? { type: "emoticon", raw, emoticon } : undefined;
    },
    renderer({ emoticon }) {
      const { address, description, shortcode } = emoticon as Emoticon;
      const [src, alt, title] = [address, description, shortcode].map(escapeHtml);
      return `<img data-mx-emoticon src="${src}" alt="${alt}" title="${title}" height="32" />`;
    },
  };
}

/** A single paragraph needs no paragraph around it. */
function inner(html: string): string {
  const trimmed = html.trim();
  const single = /^<p>((?:(?!<\/?p>)[\s\S])*)<\/p>$/.exec(trimmed);
  return single?.[1] ?? trimmed;
}

function plainly(body: string): string {
  return escapeHtml(body).replace(/'/g, "&#39;").replace(/\n/g, "<br>");
}
