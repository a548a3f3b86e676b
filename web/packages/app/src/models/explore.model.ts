// Rooms that anybody may find: searched while typing, one page after the other; an address leads straight there.
import {
  computed,
  type FailureReason,
  type Live,
  type Page,
  type RoomPreview,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "./attempt.ts";
import { Finder } from "./finder.ts";
import { type MatrixLink, roomAddressOf } from "./matrix-link.ts";

type Found = Page<RoomPreview> & { readonly words: string };

export class ExploreModel {
  readonly #session: Session;
  readonly #words = signal("");
  readonly #finder;
  readonly #more = signal<Found>({ words: "", found: [], next: undefined });
  readonly #loading = new Attempt();

  readonly words: Live<string> = this.#words;
  readonly rooms: Live<readonly RoomPreview[]>;
  readonly hasMore: Live<boolean>;
  readonly busy: Live<boolean>;
  readonly failure: Live<FailureReason | undefined>;
  /** What was typed is the address of a room. */
  readonly address: Live<Extract<MatrixLink, { kind: "room" }> | undefined>;

  constructor(session: Session) {
    this.#session = session;
    this.#finder = new Finder<string, Found>({ words: "", found: [], next: undefined }, async (words) => ({
      words,
      ...(await session.rooms.find({ words })),
    }));
    const pages = computed(() => {
      const [first, more] = [this.#finder.found.value, this.#more.value];
      return more.words === first.words && more.found.length > 0
        ? { found: [...first.found, ...more.found], next: more.next }
        : first;
    });
    this.rooms = computed(() => pages.value.found);
    this.hasMore = computed(() => pages.value.next !== undefined);
    this.busy = computed(() => this.#finder.busy.value || this.#loading.busy.value);
    this.failure = computed(() => this.#finder.failure.value ?? this.#loading.failure.value);
    this.address = computed(() => roomAddressOf(this.#words.value));
  }

  search(words: string): void {
    this.#words.value = words;
    this.#more.value = { words: "", found: [], next: undefined };
    if (this.address.peek() === undefined) void this.#finder.ask(words.trim());
  }

  async loadMore(): Promise<void> {
    const first = this.#finder.found.peek();
    const more = this.#more.peek();
    const before = more.found.length > 0 ? more : { ...first, found: [] };
    const { next } = before;
    if (!next) return;
    await this.#loading.make(async () => {
      const page = await this.#session.rooms.find({ words: first.words, after: next });
      // They may have typed something else meanwhile.
      if (this.#finder.found.peek() !== first) return;
      this.#more.value = { words: first.words, found: [...before.found, ...page.found], next: page.next };
    });
  }
}
