// A space from inside: what stands in it, in its order, and what those may do who look after it.
import {
  computed,
  type FailureReason,
  type Live,
  type Room,
  type RoomSummary,
  type Session,
  type SpaceChild,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { moved, wordsFor } from "../order.ts";
import { ChildrenModel } from "./children.model.ts";

export class SpaceModel {
  readonly #changing = new Attempt();

  readonly room: Room;
  readonly children: ChildrenModel;
  readonly busy: Live<boolean>;
  readonly failure: Live<FailureReason | undefined>;
  /** Rooms one is in that could be put here. */
  readonly addable: Live<readonly RoomSummary[]>;

  constructor(session: Session, room: Room) {
    this.room = room;
    this.children = new ChildrenModel(session, room.roomId);
    this.busy = computed(() => this.children.busy.value || this.#changing.busy.value);
    this.failure = computed(() => this.#changing.failure.value ?? this.children.failure.value);
    this.addable = computed(() => {
      const inside = new Set(this.children.all.value.map(({ roomId }) => roomId));
      return session.rooms.all.value.filter(
        ({ roomId, membership, direct }) =>
          membership === "joined" && direct === undefined && roomId !== room.roomId && !inside.has(roomId),
      );
    });
  }

  async add(roomIds: readonly string[]): Promise<boolean> {
    const added = await this.#changing.make(async () => {
      for (const roomId of roomIds) await this.room.setChild(roomId, {});
    });
    await this.children.load();
    return added;
  }

  async remove(roomId: string): Promise<void> {
    const removed = await this.#changing.make(() => this.room.setChild(roomId, undefined));
    if (removed) this.children.show(this.children.all.peek().filter((child) => child.roomId !== roomId));
  }

  async suggest({ roomId }: SpaceChild, suggested: boolean): Promise<void> {
    const all = this.children.all.peek();
    const changed = all.map((child) => (child.roomId === roomId ? { ...child, suggested } : child));
    if (await this.#write(changed.filter((child) => child.roomId === roomId))) this.children.show(changed);
  }

  /** One place up or down. */
  async move(roomId: string, by: -1 | 1): Promise<void> {
    const all = this.children.all.peek().map((child) => ({ ...child, id: child.roomId }));
    const place = all.findIndex(({ id }) => id === roomId);
    const before = all[by < 0 ? place - 1 : place + 2]?.id;
    if (place < 0 || (by < 0 && before === undefined)) return;
    const sequence = moved(all, roomId, before);
    const orders = wordsFor(sequence, roomId);
    const changed = sequence.map(({ id, ...child }) => ({ ...child, order: orders.get(id) ?? child.order }));
    this.children.show(changed);
    // What could not be moved stands where it was.
    if (!(await this.#write(changed.filter((child) => orders.has(child.roomId))))) await this.children.load();
  }

  #write(children: readonly SpaceChild[]): Promise<boolean> {
    return this.#changing.make(async () => {
      for (const { roomId, order, suggested } of children)
        await this.room.setChild(roomId, { ...(order === undefined ? {} : { order }), suggested });
    });
  }
}
