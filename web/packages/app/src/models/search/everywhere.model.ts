// Looking everywhere at once: conversations by name, people of the directory, and what was said.
import {
  computed,
  folded,
  type Live,
  type Profile,
  type RoomSummary,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { Finder } from "../finder.ts";
import { SearchModel } from "./search.model.ts";

const ROOMS_MAX = 8;
const PEOPLE_MAX = 5;

export class EverywhereModel {
  readonly #session: Session;
  readonly #words = signal("");
  readonly #people: Finder<string, readonly Profile[]>;

  readonly messages: SearchModel;
  readonly starting = new Attempt();
  /** Those whose names fit, the newest first. */
  readonly rooms: Live<readonly RoomSummary[]>;
  /** Those there is no conversation with yet. */
  readonly people: Live<readonly Profile[]>;

  constructor(session: Session) {
    this.#session = session;
    this.messages = new SearchModel(session.search);
    this.#people = new Finder<string, readonly Profile[]>([], (words) => this.findPeople(words));
    this.rooms = computed(() => {
      const sought = folded(this.#words.value.trim());
      if (sought === "") return [];
      return session.rooms.all.value
        .filter((room) => !room.space && folded(room.name).includes(sought))
        .sort((left, right) => right.recencyMs - left.recencyMs)
        .slice(0, ROOMS_MAX);
    });
    this.people = computed(() => {
      const known = new Set(session.rooms.all.value.map((room) => room.direct));
      return this.#people.found.value.filter(({ userId }) => !known.has(userId) && userId !== session.userId);
    });
  }

  look(words: string): void {
    if (words === this.#words.peek()) return;
    this.#words.value = words;
    this.messages.want({ words });
    // Without a network there are still conversations and messages to be found.
    void this.#people.ask(words);
  }

  findPeople(words: string): Promise<readonly Profile[]> {
    return this.#session.people.find(words, PEOPLE_MAX);
  }

  /** The conversation with somebody who was found. */
  async startWith(userId: string, started: (roomId: string) => void): Promise<void> {
    await this.starting.make(async () => started(await this.#session.rooms.directWith(userId)));
  }
}
