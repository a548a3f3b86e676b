// What the list needs to know of rooms from elsewhere: kept here, and read again only where it changed.
import {
  type IPushRules,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";

import { mutedRooms } from "./notify.ts";

/** What is known of a room besides the room itself. */
export interface Around {
  /** The other person of a conversation between two. */
  readonly direct: string | undefined;
  readonly muted: boolean;
  /** Spaces that the room stands in. */
  readonly parents: readonly string[];
}

export class Surroundings {
  readonly #client: Pick<MatrixClient, "getAccountData" | "pushRules">;
  readonly #children = new Map<string, ReadonlySet<string>>();
  readonly #parents = new Map<string, ReadonlySet<string>>();
  #direct: ReadonlyMap<string, string> = new Map();
  #muted: ReadonlySet<string> = new Set();
  #noted: MatrixEvent | undefined;
  #rules: IPushRules | undefined;

  constructor(client: Pick<MatrixClient, "getAccountData" | "pushRules">) {
    this.#client = client;
  }

  of(roomId: string): Around {
    return {
      direct: this.#direct.get(roomId),
      muted: this.#muted.has(roomId),
      parents: [...(this.#parents.get(roomId) ?? [])],
    };
  }

  /** Reads what the account says of its rooms; answers with the rooms of which it says something else now. */
  readAccount(): Set<string> {
    const changed = new Set<string>();
    const noted = this.#client.getAccountData("m.direct" as never);
    if (noted !== this.#noted) {
      this.#noted = noted;
      const direct = directRooms(noted);
      for (const roomId of new Set([...this.#direct.keys(), ...direct.keys()]))
        if (this.#direct.get(roomId) !== direct.get(roomId)) changed.add(roomId);
      this.#direct = direct;
    }
    const rules = this.#client.pushRules;
    if (rules !== this.#rules) {
      this.#rules = rules;
      const muted = mutedRooms(rules);
      for (const roomId of difference(this.#muted, muted)) changed.add(roomId);
      this.#muted = muted;
    }
    return changed;
  }

  /** Reads what stands in a room, if it is a space; answers with the rooms that stand in it since now, or no longer. */
  readSpace(roomId: string, room: Room | null): Set<string> {
    const before = this.#children.get(roomId) ?? new Set();
    const now = room && isEnteredSpace(room) ? childrenOf(room) : new Set<string>();
    if (now.size === 0) this.#children.delete(roomId);
    else this.#children.set(roomId, now);
    const changed = difference(before, now);
    for (const child of changed) {
      const parents = new Set(this.#parents.get(child));
      if (now.has(child)) parents.add(roomId);
      else parents.delete(roomId);
      if (parents.size === 0) this.#parents.delete(child);
      else this.#parents.set(child, parents);
    }
    return changed;
  }
}

function directRooms(noted: MatrixEvent | undefined): Map<string, string> {
  const direct = new Map<string, string>();
  for (const [userId, rooms] of Object.entries(noted?.getContent<Record<string, unknown>>() ?? {})) {
    if (Array.isArray(rooms))
      for (const roomId of rooms) if (typeof roomId === "string") direct.set(roomId, userId);
  }
  return direct;
}

const isEnteredSpace = (room: Room): boolean =>
  room.getMyMembership() === KnownMembership.Join && room.isSpaceRoom();

/** A child without servers to enter it by is none (it was taken out). */
function childrenOf(space: Room): Set<string> {
  const children = space.currentState
    .getStateEvents("m.space.child")
    .filter((child) => Array.isArray(child.getContent().via))
    .map((child) => child.getStateKey());
  return new Set(children.filter((roomId) => roomId !== undefined));
}

/** What is in one of them only. */
function difference(left: ReadonlySet<string>, right: ReadonlySet<string>): Set<string> {
  return new Set([
    ...[...left].filter((one) => !right.has(one)),
    ...[...right].filter((one) => !left.has(one)),
  ]);
}
