// From what was typed to what is sent: the plain words, HTML where they are more than plain, and who is mentioned.
import type { Draft } from "@herold/engine";
import { Marked } from "marked";

const marked = new Marked({ gfm: true, breaks: true });

marked.use({
  tokenizer: {
    // What looks like HTML is what somebody wrote, not markup.
    html: () => undefined,
    tag: () => undefined,
  },
  renderer: {
    // A picture would be fetched from elsewhere by whoever reads it.
    image: ({ raw }) => escapeHtml(raw),
  },
});

export function escapeHtml(plain: string): string {
  return plain.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

export interface Written {
  readonly body: string;
  readonly html: string | undefined;
}

/** The words of a draft as the specification has them. */
export function written(draft: Pick<Draft, "text" | "mentions">): Written {
  const body = draft.text.trim();
  const html = withMentions(inner(marked.parse(body, { async: false })), draft.mentions);
  return { body, html: html === plainly(body) ? undefined : html };
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

/** Names that were chosen from the list become links to the people. */
function withMentions(html: string, mentions: Draft["mentions"]): string {
  let linked = html;
  // Longer names first: "@Anna Berg" before "@Anna".
  for (const { userId, name } of [...mentions].sort((left, right) => right.name.length - left.name.length)) {
    const label = escapeHtml(name);
    const link = `<a href="https://matrix.to/#/${encodeURIComponent(userId)}">${label}</a>`;
    linked = linked.split(`@${label}`).join(link);
  }
  return linked;
}
