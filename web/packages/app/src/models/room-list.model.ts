// The list of rooms as it is shown: in sections, filtered, the newest first.
import { computed, type Live, type RoomSummary, type Session, signal } from "@herold/engine";

import { wantsAttention } from "./attention.ts";
import { moved, numbersFor } from "./order.ts";
import { childrenOf, insideOf } from "./spaces/tree.ts";

export type RoomFilter = "all" | "people" | "groups" | "unread";
export type SectionKind = "invitations" | "favourites" | "rooms" | "low-priority";

export interface RoomSection {
  readonly kind: SectionKind;
  readonly rooms: readonly RoomSummary[];
}

export class RoomListModel {
  readonly #session: Session;
  readonly #filter = signal<RoomFilter>("all");
  readonly #words = signal("");
  readonly #space = signal<string | undefined>(undefined);

  readonly filter: Live<RoomFilter> = this.#filter;
  /** What is looked for everywhere, in place of the list. */
  readonly words: Live<string> = this.#words;
  /** The space whose rooms are shown; nothing for all. */
  readonly space: Live<string | undefined> = this.#space;
  readonly complete: Live<boolean>;
  readonly sections: Live<readonly RoomSection[]>;

  constructor(session: Session) {
    this.#session = session;
    this.complete = session.rooms.complete;
    const all = session.rooms.all;
    this.sections = computed(() => {
      const space = this.#space.value;
      const inside = space === undefined ? undefined : insideOf(childrenOf(all.value), space);
      const fits = fitting(this.#filter.value, inside);
      return sectionsOf(all.value.filter(fits));
    });
  }

  show(filter: RoomFilter): void {
    this.#filter.value = filter;
  }

  search(words: string): void {
    this.#words.value = words;
  }

  enterSpace(roomId: string | undefined): void {
    this.#space.value = roomId;
  }

  /** In front of another favourite, or behind all of them. What does not arrive stands where it was. */
  async moveFavourite(roomId: string, before: string | undefined): Promise<void> {
    const favourites = this.#session.rooms.all
      .peek()
      .filter((room) => sectionOf(room) === "favourites")
      .sort(byOrder)
      .map((room) => ({ id: room.roomId, order: room.order }));
    const places = numbersFor(moved(favourites, roomId, before), roomId);
    await Promise.allSettled(
      [...places].map(([id, order]) => this.#session.room(id)?.setFavourite(true, order)),
    );
  }
}

export function sectionsOf(rooms: readonly RoomSummary[]): RoomSection[] {
  const sections: Record<SectionKind, RoomSummary[]> = {
    invitations: [],
    favourites: [],
    rooms: [],
    "low-priority": [],
  };
  for (const room of rooms) sections[sectionOf(room)].push(room);
  sections.invitations.sort(byRecency);
  sections.favourites.sort(byOrder);
  sections.rooms.sort(byRecency);
  sections["low-priority"].sort(byRecency);
  const kinds: SectionKind[] = ["invitations", "favourites", "rooms", "low-priority"];
  return kinds.filter((kind) => sections[kind].length > 0).map((kind) => ({ kind, rooms: sections[kind] }));
}

function sectionOf(room: RoomSummary): SectionKind {
  if (room.membership === "invited") return "invitations";
  if (room.favourite) return "favourites";
  return room.lowPriority ? "low-priority" : "rooms";
}

const byRecency = (left: RoomSummary, right: RoomSummary): number =>
  right.recencyMs - left.recencyMs || (left.roomId < right.roomId ? -1 : 1);

/** Favourites stand where they were put; those that were put nowhere come after, the newest first. */
function byOrder(left: RoomSummary, right: RoomSummary): number {
  const [here, there] = [left.order ?? Number.POSITIVE_INFINITY, right.order ?? Number.POSITIVE_INFINITY];
  return here === there ? byRecency(left, right) : here - there;
}

function fitting(
  filter: RoomFilter,
  inside: ReadonlySet<string> | undefined,
): (room: RoomSummary) => boolean {
  return (room) => {
    if (room.space && room.membership !== "invited") return false;
    if (inside && !inside.has(room.roomId)) return false;
    if (filter === "people") return room.direct !== undefined;
    if (filter === "groups") return room.direct === undefined;
    return filter === "all" || wantsAttention(room) || room.unread.marked;
  };
}
