// What an archive of a conversation holds, one file after the other as its history is walked: at no time is more of
// it in memory than two pages and one file.
import type { Content, HistoryEvent, Media, MediaSource, Period, Room } from "@herold/engine";

import { lineWords } from "../../texts/short-words.ts";
import { filePath, pagePath } from "./names.ts";
import {
  type Answered,
  anchorOf,
  type Bound,
  type Kept,
  messagesPage,
  overviewPage,
  type PageOptions,
  type Said,
} from "./pages.ts";

/** Messages of one page. */
const PAGE_MAX = 500;
/** Messages whose words are kept for answers that come later. */
const ANSWERED_MAX = 5_000;

export interface Entry {
  readonly name: string;
  readonly input: string | Blob;
  readonly lastModified: Date;
}

export interface Counts {
  readonly messages: number;
  readonly files: number;
  /** Messages that this device cannot read. */
  readonly unreadable: number;
  /** Files that could not be loaded. */
  readonly missing: number;
}

export interface ArchiveOptions extends PageOptions {
  readonly room: Pick<Room, "history">;
  readonly media: Pick<Media, "download">;
  readonly period: Period;
  readonly withFiles: boolean;
  readonly madeBy: string;
  readonly madeAtMs: number;
  readonly signal: AbortSignal;
  /** Told after each file and each page of the history: what there is so far, and how far in time one has come. */
  readonly progress: (counts: Counts, atMs: number) => void;
}

interface Part {
  readonly number: number;
  readonly said: Said[];
  readonly json: object[];
}

export class Archive {
  readonly #options: ArchiveOptions;
  readonly #pages: Bound[] = [];
  /** Where each message is, and the words of those that were said of late. */
  readonly #places = new Map<string, string>();
  readonly #words = new Map<string, string>();
  readonly #reactions = new Map<string, Map<string, string[]>>();
  #counts: Counts = { messages: 0, files: 0, unreadable: 0, missing: 0 };

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  get counts(): Counts {
    return this.#counts;
  }

  async *entries(): AsyncGenerator<Entry> {
    const { room, period, signal } = this.#options;
    // The one before is written when the next is full: reactions come a little after what they are about.
    let before: Part | undefined;
    let part: Part = { number: 1, said: [], json: [] };
    for await (const page of room.history(period, signal)) {
      for (const event of page) {
        signal.throwIfAborted();
        yield* this.#take(event, part);
        if (part.said.length < PAGE_MAX) continue;
        if (before) yield* this.#written(before, true);
        before = part;
        part = { number: part.number + 1, said: [], json: [] };
      }
      this.#tell(page.at(-1)?.atMs);
      signal.throwIfAborted();
    }
    // Reactions alone make no page.
    const last = part.said.length > 0;
    if (!last) before?.json.push(...part.json);
    if (before) yield* this.#written(before, last);
    if (last) yield* this.#written(part, false);
    yield this.#overview();
  }

  async *#take(event: HistoryEvent, part: Part): AsyncGenerator<Entry> {
    const { content, reaction } = event;
    if (reaction) this.#react(event.sender.name, reaction);
    if (!content) {
      part.json.push(event.json);
      return;
    }
    const file = fileOf(content);
    let kept: Kept | undefined;
    if (file) {
      const loaded = await this.#load(file, event.atMs);
      kept = typeof loaded === "string" ? loaded : { path: loaded.name };
      if (typeof loaded !== "string") yield loaded;
      this.#tell(event.atMs);
    }
    const number = this.#counts.messages + 1;
    this.#count({ messages: 1, unreadable: content.kind === "undecryptable" ? 1 : 0 });
    const reactions = new Map<string, string[]>();
    part.said.push({
      event: { ...event, content },
      number,
      file: kept,
      reactions,
      answers: this.#answered(event),
    });
    part.json.push(typeof kept === "object" ? { ...event.json, "herold.file": kept.path } : event.json);
    this.#reactions.set(event.eventId, reactions);
    this.#places.set(event.eventId, `${pagePath(part.number, "html")}#${anchorOf(number)}`);
    this.#remember(event, content);
  }

  #tell(atMs: number | undefined): void {
    if (atMs !== undefined) this.#options.progress(this.#counts, atMs);
  }

  #react(name: string, { to, key }: { readonly to: string; readonly key: string }): void {
    const reactions = this.#reactions.get(to);
    reactions?.set(key, [...(reactions.get(key) ?? []), name]);
  }

  #remember({ eventId, sender }: HistoryEvent, content: Content): void {
    this.#words.set(
      eventId,
      lineWords({ content, sender, mine: false }, { alone: false }, this.#options.texts),
    );
    const [oldest] = this.#words.keys();
    if (oldest !== undefined && this.#words.size > ANSWERED_MAX) this.#words.delete(oldest);
  }

  #answered({ replyTo }: HistoryEvent): Answered | undefined {
    return replyTo === undefined
      ? undefined
      : { link: this.#places.get(replyTo), words: this.#words.get(replyTo) };
  }

  async #load({ source, name }: File, atMs: number): Promise<Entry | "missing" | "left-out"> {
    const { withFiles, media, signal } = this.#options;
    if (!withFiles) return "left-out";
    try {
      const input = await media.download(source, signal);
      this.#count({ files: 1 });
      return { name: filePath(this.#counts.files, name), input, lastModified: new Date(atMs) };
    } catch {
      signal.throwIfAborted();
      this.#count({ missing: 1 });
      return "missing";
    }
  }

  #count(more: Partial<Counts>): void {
    const sum = (key: keyof Counts): number => this.#counts[key] + (more[key] ?? 0);
    this.#counts = {
      messages: sum("messages"),
      files: sum("files"),
      unreadable: sum("unreadable"),
      missing: sum("missing"),
    };
  }

  *#written({ number, said, json }: Part, more: boolean): Generator<Entry> {
    const lastMs = said.at(-1)?.event.atMs ?? this.#options.madeAtMs;
    if (said.length > 0) this.#pages.push({ number, firstMs: said[0]?.event.atMs ?? lastMs, lastMs });
    const lastModified = new Date(lastMs);
    const input = messagesPage(said, number, more, this.#options);
    yield { name: pagePath(number, "html"), input, lastModified };
    yield { name: pagePath(number, "json"), input: JSON.stringify(json, undefined, 1), lastModified };
    for (const { event } of said) this.#reactions.delete(event.eventId);
  }

  #overview(): Entry {
    const { madeBy, madeAtMs, texts } = this.#options;
    const notes = notesOn(this.#counts, texts.say);
    const input = overviewPage({ madeBy, madeAtMs, pages: this.#pages, notes }, this.#options);
    return { name: "index.html", input, lastModified: new Date(madeAtMs) };
  }
}

/** How much there is, and what is missing. */
export function notesOn(
  { messages, files, unreadable, missing }: Counts,
  say: PageOptions["texts"]["say"],
): string[] {
  return [
    messages > 0 ? say("export.done", { messages, files }) : say("export.nothing"),
    ...(unreadable > 0 ? [say("export.unreadable", { count: unreadable })] : []),
    ...(missing > 0 ? [say("export.missing", { count: missing })] : []),
  ];
}

interface File {
  readonly source: MediaSource;
  readonly name: string;
}

function fileOf(content: Content): File | undefined {
  if ("source" in content) return { source: content.source, name: content.name };
  return content.kind === "sticker" ? { source: content.picture.source, name: content.name } : undefined;
}
