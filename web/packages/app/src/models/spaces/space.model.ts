// A space from inside: what stands in it, in its order, and what those may do who look after it.
import {
  computed,
  type FailureReason,
  type Live,
  type Room,
  type RoomSummary,
  type Session,
  type SpaceChild,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { moved, wordsFor } from "../order.ts";

export class SpaceModel {
  readonly #session: Session;
  readonly #found = signal<readonly SpaceChild[]>([]);
  readonly #next = signal<string | undefined>(undefined);
  readonly #loaded = signal(false);
  readonly #loading = new Attempt();
  readonly #changing = new Attempt();

  readonly room: Room;
  readonly children: Live<readonly SpaceChild[]> = this.#found;
  readonly hasMore: Live<boolean>;
  readonly loaded: Live<boolean> = this.#loaded;
  readonly busy: Live<boolean>;
  readonly failure: Live<FailureReason | undefined>;
  /** Rooms one is in that could be put here. */
  readonly addable: Live<readonly RoomSummary[]>;

  constructor(session: Session, room: Room) {
    this.#session = session;
    this.room = room;
    this.hasMore = computed(() => this.#next.value !== undefined);
    this.busy = computed(() => this.#loading.busy.value || this.#changing.busy.value);
    this.failure = computed(() => this.#changing.failure.value ?? this.#loading.failure.value);
    this.addable = computed(() => {
      const inside = new Set(this.#found.value.map(({ roomId }) => roomId));
      return session.rooms.all.value.filter(
        ({ roomId, membership, direct }) =>
          membership === "joined" && direct === undefined && roomId !== room.roomId && !inside.has(roomId),
      );
    });
  }

  load(): Promise<boolean> {
    return this.#loading.make(async () => {
      const page = await this.#session.rooms.children(this.room.roomId);
      this.#found.value = page.found;
      this.#next.value = page.next;
      this.#loaded.value = true;
    });
  }

  loadMore(): Promise<boolean> {
    const next = this.#next.peek();
    if (!next) return Promise.resolve(false);
    return this.#loading.make(async () => {
      const page = await this.#session.rooms.children(this.room.roomId, next);
      this.#found.value = [...this.#found.peek(), ...page.found];
      this.#next.value = page.next;
    });
  }

  async add(roomIds: readonly string[]): Promise<boolean> {
    const added = await this.#changing.make(async () => {
      for (const roomId of roomIds) await this.room.setChild(roomId, {});
    });
    await this.load();
    return added;
  }

  async remove(roomId: string): Promise<void> {
    const removed = await this.#changing.make(() => this.room.setChild(roomId, undefined));
    if (removed) this.#found.value = this.#found.peek().filter((child) => child.roomId !== roomId);
  }

  suggest(child: SpaceChild, suggested: boolean): Promise<boolean> {
    return this.#write(child.roomId, { ...placed(child), suggested });
  }

  /** One place up or down. */
  async move(roomId: string, by: -1 | 1): Promise<void> {
    const all = this.#found.peek().map((child) => ({ ...child, id: child.roomId }));
    const place = all.findIndex(({ id }) => id === roomId);
    const before = all[by < 0 ? place - 1 : place + 2]?.id;
    if (place < 0 || (by < 0 && before === undefined)) return;
    const sequence = moved(all, roomId, before);
    const orders = wordsFor(sequence, roomId);
    this.#found.value = sequence.map((child) => ({ ...child, order: orders.get(child.id) ?? child.order }));
    await this.#changing.make(async () => {
      for (const child of this.#found.peek()) {
        if (!orders.has(child.roomId)) continue;
        await this.room.setChild(child.roomId, { ...placed(child), suggested: child.suggested });
      }
    });
  }

  async #write(roomId: string, content: { order?: string; suggested: boolean }): Promise<boolean> {
    const done = await this.#changing.make(() => this.room.setChild(roomId, content));
    if (!done) return false;
    const { suggested } = content;
    this.#found.value = this.#found
      .peek()
      .map((child) => (child.roomId === roomId ? { ...child, suggested } : child));
    return true;
  }
}

const placed = ({ order }: SpaceChild): { order?: string } => (order === undefined ? {} : { order });
