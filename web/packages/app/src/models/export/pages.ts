// The pages of an exported conversation: they open without the app, load nothing, and run nothing.
import type { Content, HistoryEvent, Words } from "@herold/engine";

import { happening } from "../../texts/happening.ts";
import { shortWords } from "../../texts/short-words.ts";
import type { Texts } from "../../texts/texts.ts";
import { clockTime, dateName, fullTime } from "../../texts/times.ts";
import { votedWords, votesShown } from "../polls/tally.ts";
import { linkTo, pagePath } from "./names.ts";

/** Where a file of a message is: in the archive, or why not. */
export type Kept = { readonly path: string } | "missing" | "left-out";

export interface Said {
  readonly event: HistoryEvent & { readonly content: Content };
  /** Counts all that was said, from 1 on. */
  readonly number: number;
  readonly file: Kept | undefined;
  /** Who reacted, by what with. */
  readonly reactions: Map<string, string[]>;
  readonly answers: Answered | undefined;
}

export interface Answered {
  readonly link: string | undefined;
  readonly words: string | undefined;
}

export interface PageOptions {
  readonly title: string;
  readonly texts: Texts;
  /** Formatted words with nothing that could do harm. */
  readonly clean: (html: string) => string;
}

export interface Bound {
  readonly number: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export function messagesPage(
  said: readonly Said[],
  number: number,
  more: boolean,
  options: PageOptions,
): string {
  const { title, texts } = options;
  const { say } = texts;
  const ways = [
    number > 1 && way(pagePath(number - 1, "html"), say("export.previous")),
    way("index.html", say("export.overview")),
    more && way(pagePath(number + 1, "html"), say("export.next")),
  ].filter((one) => one !== false);
  const links = ways.join(" ");
  const heading = say("export.page", { number, name: title });
  return page(
    heading,
    texts,
    [
      `<nav class="ways">${links}</nav>`,
      `<h1>${escaped(heading)}</h1>`,
      ...daysOf(said, options),
      // For whoever has read to the end; those who go by landmarks have found them already.
      `<p class="ways">${links}</p>`,
    ].join("\n"),
  );
}

export interface Overview {
  readonly madeBy: string;
  readonly madeAtMs: number;
  readonly pages: readonly Bound[];
  /** What there is to say of it: how much, and what is missing. */
  readonly notes: readonly string[];
}

export function overviewPage(
  { madeBy, madeAtMs, pages, notes }: Overview,
  { title, texts }: PageOptions,
): string {
  const { say, locale } = texts;
  const span = ({ firstMs, lastMs }: Bound): string =>
    say("export.span", { first: dateName(firstMs, locale), last: dateName(lastMs, locale) });
  const links = pages.map(
    (bound) =>
      `<li>${way(pagePath(bound.number, "html"), say("export.page-number", { number: bound.number }))} ${escaped(span(bound))}</li>`,
  );
  const made = say("export.made", { name: madeBy, date: fullTime(madeAtMs, locale) });
  const told = [made, ...notes, say("export.data")].map((note) => `<p>${escaped(note)}</p>`);
  const list =
    pages.length > 0 ? [`<h2>${escaped(say("export.pages"))}</h2>`, `<ul>${links.join("")}</ul>`] : [];
  return page(title, texts, [`<h1>${escaped(title)}</h1>`, ...told, ...list].join("\n"));
}

function page(title: string, { language }: Texts, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:; media-src 'self' file:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** The colours are those of whoever reads it. */
const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; }
h2 { margin: 2rem 0 1rem; border-bottom: 1px solid; font-size: 1rem; }
.ways { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
article { margin: 0 0 1rem; overflow-wrap: anywhere; }
article > header { font-size: .9rem; }
.plain { white-space: pre-wrap; }
.happening, .note { opacity: .75; font-size: .9rem; }
.reply { display: block; margin: .2rem 0; padding-inline-start: .6rem; border-inline-start: 3px solid; font-size: .9rem; }
img, video { max-width: 100%; max-height: 24rem; height: auto; }
pre { overflow-x: auto; }
figure { margin: .3rem 0; }
.reactions { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .2rem 0; padding: 0; font-size: .9rem; list-style: none; }
[data-mx-spoiler]:not(:hover):not(:focus) { background: CanvasText; color: transparent; }
`;

function daysOf(said: readonly Said[], options: PageOptions): string[] {
  const { locale } = options.texts;
  const lines: string[] = [];
  let day = "";
  for (const one of said) {
    const today = dateName(one.event.atMs, locale);
    if (today !== day) lines.push(`<h2>${escaped(today)}</h2>`);
    day = today;
    lines.push(saidHtml(one, options));
  }
  return lines;
}

export const anchorOf = (number: number): string => `m${number}`;

function saidHtml({ event, number, file, reactions, answers }: Said, options: PageOptions): string {
  const { say } = options.texts;
  const happened = happening(event, say);
  const id = anchorOf(number);
  const time = timeHtml(event.atMs, options.texts);
  if (happened !== undefined) return `<p class="happening" id="${id}">${time} ${escaped(happened)}</p>`;
  const notes = [event.edited && say("message.edited"), event.thread && say("export.in-thread")];
  const noted = notes.filter(Boolean).map((note) => ` <span class="note">${escaped(String(note))}</span>`);
  const reacted = [...reactions].map(
    ([key, names]) => `<li>${escaped(key)} ${escaped(names.join(", "))}</li>`,
  );
  return [
    `<article id="${id}">`,
    `<header><strong>${escaped(event.sender.name)}</strong> ${time}${noted.join("")}</header>`,
    answers ? answerHtml(answers, options.texts) : "",
    contentHtml(event.content, file, options),
    reacted.length > 0 ? `<ul class="reactions">${reacted.join("")}</ul>` : "",
    "</article>",
  ]
    .filter(Boolean)
    .join("\n");
}

function timeHtml(atMs: number, { locale }: Texts): string {
  const exact = new Date(atMs).toISOString();
  return `<time datetime="${exact}" title="${escaped(fullTime(atMs, locale))}">${escaped(clockTime(atMs, locale))}</time>`;
}

function answerHtml({ link, words }: Answered, { say }: Texts): string {
  const told = escaped(words ?? say("export.earlier"));
  return link ? `<a class="reply" href="${escaped(link)}">${told}</a>` : `<span class="reply">${told}</span>`;
}

function contentHtml(content: Content, file: Kept | undefined, options: PageOptions): string {
  const { texts } = options;
  switch (content.kind) {
    case "text":
    case "notice":
    case "emote":
      return wordsHtml(content.words, options);
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "file":
    case "sticker": {
      const caption = "caption" in content && content.caption ? wordsHtml(content.caption, options) : "";
      return `<figure>${fileHtml(content, file, texts)}</figure>${caption}`;
    }
    case "location": {
      const place = `${content.latitude},${content.longitude}`;
      return `<p>${escaped(content.description || texts.say("rooms.last-location"))} (${escaped(place)})</p>`;
    }
    case "poll":
      return pollHtml(content, texts);
    case "undecryptable":
      return `<p class="note">${escaped(texts.say(`message.unreadable-${content.why}`))}</p>`;
    case "unknown":
      return `<p class="note">${escaped(content.fallback ?? texts.say("message.unknown"))}</p>`;
    default:
      return `<p class="note">${escaped(shortWords(content, texts))}</p>`;
  }
}

function pollHtml(content: Extract<Content, { kind: "poll" }>, texts: Texts): string {
  const { poll } = content;
  const { say } = texts;
  const answers = poll.answers.map(({ text, votes }) => {
    const count = votesShown(poll)
      ? ` <span class="note">${escaped(say("polls.votes", { count: votes }))}</span>`
      : "";
    return `<li>${escaped(text)}${count}</li>`;
  });
  return [
    `<p>${escaped(shortWords(content, texts))}</p>`,
    `<ul>${answers.join("")}</ul>`,
    `<p class="note">${escaped(votedWords(poll, say))}</p>`,
  ].join("");
}

function wordsHtml({ plain, html }: Words, { clean }: PageOptions): string {
  return html === undefined ? `<div class="plain">${escaped(plain)}</div>` : `<div>${clean(html)}</div>`;
}

function fileHtml(
  { kind, name }: { kind: string; name: string },
  file: Kept | undefined,
  { say }: Texts,
): string {
  if (file === undefined || typeof file === "string") {
    const why = file === "missing" ? "export.file-missing" : "export.file-left-out";
    return `<span class="note">${escaped(say(why, { name }))}</span>`;
  }
  const address = escaped(linkTo(file.path));
  switch (kind) {
    case "image":
    case "sticker":
      return `<a href="${address}"><img src="${address}" alt="${escaped(name)}" loading="lazy"></a>`;
    case "video":
      return `<video src="${address}" controls preload="none" aria-label="${escaped(name)}"></video>`;
    case "audio":
    case "voice":
      return `<audio src="${address}" controls preload="none" aria-label="${escaped(name)}"></audio>`;
    default:
      return `<a href="${address}">${escaped(name)}</a>`;
  }
}

const way = (address: string, words: string): string => `<a href="${linkTo(address)}">${escaped(words)}</a>`;

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}
