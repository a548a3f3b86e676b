// The spaces one is in, at the side: what waits in each, which one is entered, and the order they were put in.
import { computed, type Live, type RoomSummary, type Session } from "@herold/engine";

import { wantsAttention } from "../attention.ts";
import { moved, wordsFor } from "../order.ts";
import type { RoomListModel } from "../room-list.model.ts";
import { childrenOf, insideOf } from "./tree.ts";

export interface SpaceEntry {
  readonly id: string;
  readonly name: string;
  readonly avatar: string | undefined;
  readonly order: string | undefined;
  /** Rooms inside that want attention. */
  readonly waiting: number;
}

export class SpaceStripModel {
  readonly #session: Session;
  readonly #list: RoomListModel;

  readonly spaces: Live<readonly SpaceEntry[]>;
  readonly entered: Live<string | undefined>;

  constructor(session: Session, list: RoomListModel) {
    this.#session = session;
    this.#list = list;
    this.entered = list.space;
    this.spaces = computed(() => entriesOf(session.rooms.all.value));
  }

  enter(spaceId: string | undefined): void {
    this.#list.enterSpace(spaceId);
  }

  /** In front of another one, or to the end. What does not arrive stands where it was at the next look. */
  async move(spaceId: string, before: string | undefined): Promise<void> {
    const sequence = moved(this.spaces.peek(), spaceId, before);
    const changes = [...wordsFor(sequence, spaceId)].map(([id, order]) =>
      this.#session.rooms.setSpaceOrder(id, order),
    );
    await Promise.allSettled(changes);
  }
}

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/** Those that stand in another space that one is in are reached through it. */
function entriesOf(rooms: readonly RoomSummary[]): SpaceEntry[] {
  const joined = rooms.filter(({ space, membership }) => space && membership === "joined");
  const known = new Set(joined.map(({ roomId }) => roomId));
  const top = joined.filter(({ parents }) => !parents.some((parent) => known.has(parent)));
  const children = childrenOf(rooms);
  const loud = rooms
    .filter((room) => !room.space && !room.muted && wantsAttention(room))
    .map(({ roomId }) => roomId);
  return top.sort(bySpaceOrder).map((space) => {
    const inside = insideOf(children, space.roomId);
    return {
      id: space.roomId,
      name: space.name,
      avatar: space.avatar,
      order: space.spaceOrder,
      waiting: loud.filter((roomId) => inside.has(roomId)).length,
    };
  });
}

/** Those that were put somewhere first, as code points are ordered. */
function bySpaceOrder(left: RoomSummary, right: RoomSummary): number {
  if (left.spaceOrder !== right.spaceOrder) {
    if (left.spaceOrder === undefined) return 1;
    if (right.spaceOrder === undefined) return -1;
    return left.spaceOrder < right.spaceOrder ? -1 : 1;
  }
  return collator.compare(left.name, right.name) || (left.roomId < right.roomId ? -1 : 1);
}
