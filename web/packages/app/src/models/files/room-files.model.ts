// What a room holds besides words: pictures and videos, files, or links, the newest first.
import {
  type Content,
  computed,
  type FailureReason,
  type Found,
  type FoundKind,
  type Live,
  type Room,
  type Session,
  type TimelineItem,
  type Words,
} from "@herold/engine";

import type { Shown } from "../pictures/gallery.ts";
import { SearchModel, type SearchProgress } from "../search/search.model.ts";

export type FilesRow =
  | { readonly kind: "month"; readonly id: string; readonly atMs: number }
  | { readonly kind: "pictures"; readonly id: string; readonly found: readonly Found[] }
  | { readonly kind: "single"; readonly id: string; readonly found: Found };

export const PICTURES_IN_ROW = 3;

/** The first of the month that a time is in, where the person is. */
export type MonthOf = (atMs: number) => number;

export class RoomFilesModel {
  readonly #search: SearchModel;

  readonly kind: Live<FoundKind>;
  readonly found: Live<readonly Found[]>;
  readonly rows: Live<readonly FilesRow[]>;
  /** For looking at one after the other, the oldest first. */
  readonly pictures: Live<readonly Shown[]>;
  readonly progress: Live<SearchProgress>;
  readonly failure: Live<FailureReason | undefined>;
  readonly coverage: SearchModel["coverage"];

  constructor(session: Session, room: Room, monthOf: MonthOf) {
    this.#search = new SearchModel(session.search, room.roomId);
    this.progress = this.#search.progress;
    this.failure = this.#search.failure;
    this.coverage = this.#search.coverage;
    this.kind = computed(() => this.#search.wanted.value.kind ?? "pictures");
    // What comes while one looks is in the conversation, and not in what was found.
    this.found = computed(() =>
      merged(this.#search.found.value, room.timeline.items.value, this.kind.value, room.roomId),
    );
    this.rows = computed(() => rowsOf(this.found.value, this.kind.value, monthOf));
    this.pictures = computed(() => this.found.value.flatMap(shownOf).toReversed());
    this.show("pictures");
  }

  show(kind: FoundKind): void {
    this.#search.want({ kind });
  }

  more(): void {
    this.#search.more();
  }

  again(): void {
    this.#search.again();
  }
}

function shownOf({ eventId: id, content, sender, atMs }: Found): Shown[] {
  return content.kind === "image" || content.kind === "video" ? [{ id, content, sender, atMs }] : [];
}

function merged(
  found: readonly Found[],
  items: readonly TimelineItem[],
  kind: FoundKind,
  roomId: string,
): readonly Found[] {
  const here = new Map(items.flatMap((item) => (item.eventId ? [[item.eventId, item] as const] : [])));
  const known = new Set(found.map(({ eventId }) => eventId));
  const newestMs = found[0]?.atMs ?? Number.NEGATIVE_INFINITY;
  const came = [...here.values()]
    .filter(({ eventId, atMs, content }) => {
      return atMs >= newestMs && !known.has(eventId ?? "") && isOf(kind, content) && hasIt(kind, content);
    })
    .map(
      ({ eventId = "", sender, mine, atMs, content }): Found => ({
        roomId,
        eventId,
        sender,
        mine,
        atMs,
        content,
        thread: undefined,
      }),
    );
  // What was found before of another kind is shown no more, and what was removed meanwhile neither.
  return [...came.toReversed(), ...found].filter(
    ({ eventId, content }) => here.get(eventId)?.content.kind !== "redacted" && isOf(kind, content),
  );
}

/** A voice message is something that was said, and no file. */
function isOf(kind: FoundKind, content: Content): boolean {
  if (kind === "pictures") return content.kind === "image" || content.kind === "video";
  if (kind === "files") return content.kind === "file" || content.kind === "audio";
  return wordsOf(content) !== undefined;
}

const LINK = /https?:\/\/\S|<a\s[^>]*href="https?:/;

function hasIt(kind: FoundKind, content: Content): boolean {
  const words = wordsOf(content);
  return kind !== "links" || LINK.test(words?.html ?? words?.plain ?? "");
}

export function wordsOf(content: Content): Words | undefined {
  if ("words" in content) return content.words;
  return "caption" in content ? content.caption : undefined;
}

function rowsOf(found: readonly Found[], kind: FoundKind, monthOf: MonthOf): FilesRow[] {
  const rows: FilesRow[] = [];
  let month: number | undefined;
  for (const one of found) {
    const now = monthOf(one.atMs);
    if (now !== month) rows.push({ kind: "month", id: `month ${now}`, atMs: one.atMs });
    month = now;
    const last = rows.at(-1);
    if (kind !== "pictures") rows.push({ kind: "single", id: one.eventId, found: one });
    else if (last?.kind === "pictures" && last.found.length < PICTURES_IN_ROW)
      rows[rows.length - 1] = { ...last, found: [...last.found, one] };
    else rows.push({ kind: "pictures", id: one.eventId, found: [one] });
  }
  return rows;
}
