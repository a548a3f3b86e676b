// Everything at hand: rooms one is in, people of the directory, and what can be done, found by a few letters.
import {
  computed,
  type FailureReason,
  folded,
  type Live,
  type Profile,
  type RoomSummary,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "./attempt.ts";
import { Finder } from "./finder.ts";
import { type MatrixLink, roomAddressOf } from "./matrix-link.ts";

const ROOMS_MAX = 8;
const PEOPLE_MAX = 6;

/** Something that can be done, by its name in the person's language. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
}

export interface PaletteEntries {
  readonly address: Extract<MatrixLink, { kind: "room" }> | undefined;
  readonly rooms: readonly RoomSummary[];
  readonly people: readonly Profile[];
  readonly actions: readonly PaletteAction[];
}

export class PaletteModel {
  readonly #session: Session;
  readonly #words = signal("");
  readonly #finder;
  readonly #attempt = new Attempt();

  readonly words: Live<string> = this.#words;
  readonly entries: Live<PaletteEntries>;
  readonly count: Live<number>;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Session, actions: readonly PaletteAction[]) {
    this.#session = session;
    this.#finder = new Finder<string, readonly Profile[]>([], (words) =>
      session.people.find(words, PEOPLE_MAX),
    );
    this.entries = computed(() => {
      const words = this.#words.value.trim();
      const rooms = roomsFor(session.rooms.all.value, words);
      return {
        address: roomAddressOf(words),
        rooms,
        people: words === "" ? [] : newTo(this.#finder.found.value, rooms, session.userId),
        actions: actions.filter(({ label }) => startsSomewhere(label, words)),
      };
    });
    this.count = computed(() => {
      const { address, rooms, people, actions: fitting } = this.entries.value;
      return rooms.length + people.length + fitting.length + (address ? 1 : 0);
    });
  }

  search(words: string): void {
    this.#words.value = words;
    if (words.trim() !== "") void this.#finder.ask(words);
  }

  /** The conversation with somebody; nothing when it could not be opened. */
  async writeTo(userId: string): Promise<string | undefined> {
    let roomId: string | undefined;
    await this.#attempt.make(async () => {
      roomId = await this.#session.rooms.directWith(userId);
    });
    return roomId;
  }
}

/** The newest first; with words, those first whose name begins with them. */
function roomsFor(all: readonly RoomSummary[], words: string): RoomSummary[] {
  const sought = folded(words);
  return all
    .filter(({ name, membership }) => membership !== "left" && folded(name).includes(sought))
    .map((room) => ({ room, first: sought !== "" && folded(room.name).startsWith(sought) }))
    .sort(
      (left, right) => Number(right.first) - Number(left.first) || right.room.recencyMs - left.room.recencyMs,
    )
    .slice(0, ROOMS_MAX)
    .map(({ room }) => room);
}

/** Whose conversation stands among the rooms already is not said twice. */
function newTo(people: readonly Profile[], rooms: readonly RoomSummary[], me: string): Profile[] {
  const there = new Set([me, ...rooms.map(({ direct }) => direct)]);
  return people.filter(({ userId }) => !there.has(userId));
}

/** Each word of what was typed begins a word of the label. */
function startsSomewhere(label: string, words: string): boolean {
  const parts = folded(label).split(/[\s-]+/);
  return folded(words)
    .split(/\s+/)
    .every((word) => parts.some((part) => part.startsWith(word)));
}
