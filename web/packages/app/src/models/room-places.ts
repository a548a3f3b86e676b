// Where the rows of the list stand. All are of one height, so that those that are looked at are found without the others:
// an account with thousands of rooms pays for what is on the screen. Pure.
import type { RoomSummary } from "@herold/engine";

import type { RoomSection, SectionKind } from "./room-list.model.ts";

export const ROW_PX = 64;
export const HEADING_PX = 32;

export interface PlacedRow {
  readonly room: RoomSummary;
  /** Among all rooms of the list. */
  readonly place: number;
  /** From the beginning of the list. */
  readonly topPx: number;
}

export interface PlacedSection {
  readonly kind: SectionKind;
  readonly topPx: number;
  /** Its heading is a line as well; the first line is 1. */
  readonly line: number;
  readonly rows: readonly PlacedRow[];
}

interface Standing extends RoomSection {
  readonly topPx: number;
  readonly bottomPx: number;
  /** The place of its first room. */
  readonly first: number;
}

export class RoomPlaces {
  readonly #sections: readonly Standing[];
  readonly heightPx: number;
  readonly count: number;
  /** With the headings. */
  readonly lines: number;

  constructor(sections: readonly RoomSection[]) {
    let [topPx, first] = [0, 0];
    this.#sections = sections.map((section) => {
      const bottomPx = topPx + HEADING_PX + section.rooms.length * ROW_PX;
      const standing = { ...section, topPx, bottomPx, first };
      topPx = bottomPx;
      first += section.rooms.length;
      return standing;
    });
    this.heightPx = topPx;
    this.count = first;
    this.lines = first + sections.length;
  }

  roomsOf(kind: SectionKind): readonly RoomSummary[] {
    return this.#sections.find((section) => section.kind === kind)?.rooms ?? [];
  }

  at(place: number): RoomSummary | undefined {
    const section = this.#sectionOf(place);
    return section?.rooms[place - section.first];
  }

  /** -1 for a room that is not listed. */
  placeOf(roomId: string | undefined): number {
    for (const { rooms, first } of this.#sections) {
      const index = rooms.findIndex((room) => room.roomId === roomId);
      if (index >= 0) return first + index;
    }
    return -1;
  }

  topOf(place: number): number {
    const section = this.#sectionOf(place);
    return section ? rowTop(section, place) : 0;
  }

  /** The next room after a place, around the end, of which this is true. */
  next(place: number, fits: (room: RoomSummary) => boolean): number | undefined {
    for (let step = 1; step <= this.count; step += 1) {
      const next = (place + step) % this.count;
      const room = this.at(next);
      if (room && fits(room)) return next;
    }
    return undefined;
  }

  /** What stands between two heights, and the room of one place wherever it is. */
  between(fromPx: number, toPx: number, also: number): PlacedSection[] {
    const found: PlacedSection[] = [];
    for (const [index, section] of this.#sections.entries()) {
      const { kind, topPx, bottomPx, first, rooms } = section;
      const within = (index: number): number => Math.min(Math.max(0, index), rooms.length);
      const rowsPx = topPx + HEADING_PX;
      const from = within(Math.floor((fromPx - rowsPx) / ROW_PX));
      const to = within(Math.ceil((toPx - rowsPx) / ROW_PX));
      const shown = Array.from({ length: Math.max(0, to - from) }, (_, step) => first + from + step);
      if (this.#sectionOf(also) === section && !shown.includes(also))
        if (also < first + from) shown.unshift(also);
        else shown.push(also);
      if (shown.length === 0 && (bottomPx <= fromPx || topPx >= toPx)) continue;
      const rows = shown.flatMap((at) => {
        const room = rooms[at - first];
        return room ? [{ room, place: at, topPx: rowTop(section, at) }] : [];
      });
      found.push({ kind, topPx, line: first + index + 1, rows });
    }
    return found;
  }

  /** Between which rows of a section something is dropped: before the row that is told; behind the last below it. */
  gapAt(kind: SectionKind, atPx: number): { readonly before: number; readonly topPx: number } | undefined {
    const section = this.#sections.find((one) => one.kind === kind);
    if (!section || atPx < section.topPx) return undefined;
    const above = Math.round((atPx - section.topPx - HEADING_PX) / ROW_PX);
    // The heading of the next section is the lower edge of this one, and so is all that is free below the last.
    const last = section === this.#sections.at(-1);
    if (!last && atPx > section.bottomPx + HEADING_PX) return undefined;
    const before = Math.min(Math.max(0, above), section.rooms.length);
    return { before, topPx: section.topPx + HEADING_PX + before * ROW_PX };
  }

  #sectionOf(place: number): Standing | undefined {
    return this.#sections.find(({ first, rooms }) => place >= first && place < first + rooms.length);
  }
}

function rowTop({ topPx, first }: Standing, place: number): number {
  return topPx + HEADING_PX + (place - first) * ROW_PX;
}
