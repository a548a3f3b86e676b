// The votes of a room's polls: those that were given before are fetched once, those that come are added.
import type { Poll } from "@herold/engine";
import {
  Direction,
  EventStatus,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
} from "matrix-js-sdk";

import { isPollEnd, isPollResponse, selectionsIn, tallied } from "./poll-format.ts";
import { isWaiting } from "./unsent.ts";

/** Votes that are fetched of one poll at most. */
const VOTES_MAX = 5_000;
const PAGE = 200;

export class Polls {
  readonly #client: MatrixClient;
  readonly #room: Room;
  readonly #about = new Map<string, Map<string, MatrixEvent>>();
  readonly #listeners = new Set<(pollId: string) => void>();

  constructor(client: MatrixClient, room: Room) {
    this.#client = client;
    this.#room = room;
    room.on(RoomEvent.Timeline, (event) => this.#add(event));
    client.on(MatrixEventEvent.Decrypted, (event) => {
      if (event.getRoomId() === room.roomId) this.#add(event);
    });
  }

  /** Told when the votes of a poll changed, until the function that is given back is called. */
  follow(listener: (pollId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The poll with the votes that are known; asked for the first time, the others are fetched. */
  counted(start: MatrixEvent, poll: Poll): Poll {
    const pollId = start.getId() ?? "";
    if (!this.#about.has(pollId) && start.status === null) {
      this.#about.set(pollId, new Map());
      void this.#fetch(pollId);
    }
    const events = [...(this.#about.get(pollId)?.values() ?? []), ...this.#pending(pollId)];
    return counted(this.#room, start, poll, events);
  }

  /** One's own vote counts before the server has it. */
  #pending(pollId: string): MatrixEvent[] {
    return this.#room
      .getPendingEvents()
      .filter((event) => event.relationEventId === pollId)
      .filter(({ status }) => status !== EventStatus.CANCELLED)
      .filter((event) => event.status !== EventStatus.NOT_SENT || isWaiting(event));
  }

  #add(event: MatrixEvent): void {
    const pollId = event.isRelation("m.reference") ? event.relationEventId : undefined;
    const known = pollId ? this.#about.get(pollId) : undefined;
    if (!pollId || !known) return;
    known.set(event.getId() ?? "", event);
    this.#tell(pollId);
  }

  #tell(pollId: string): void {
    for (const listener of this.#listeners) listener(pollId);
  }

  async #fetch(pollId: string): Promise<void> {
    const known = this.#about.get(pollId) ?? new Map<string, MatrixEvent>();
    try {
      for (const event of await saidOf(this.#client, this.#room.roomId, pollId))
        known.set(event.getId() ?? "", event);
      this.#tell(pollId);
    } catch {
      // Without a network they are asked for again when the poll is looked at the next time.
      this.#about.delete(pollId);
    }
  }
}

/** What the server knows of a poll: its votes, and its end. */
export async function saidOf(client: MatrixClient, roomId: string, pollId: string): Promise<MatrixEvent[]> {
  const said: MatrixEvent[] = [];
  let from: string | undefined;
  do {
    const { events, nextBatch } = await client.relations(roomId, pollId, "m.reference", null, {
      dir: Direction.Backward,
      limit: PAGE,
      ...(from ? { from } : {}),
    });
    for (const event of events) await client.decryptEventIfNeeded(event);
    said.push(...events);
    from = nextBatch ?? undefined;
  } while (from && said.length < VOTES_MAX);
  return said;
}

/** The poll with what was said of it. */
export function counted(room: Room, start: MatrixEvent, poll: Poll, said: readonly MatrixEvent[]): Poll {
  const events = said.filter((event) => !event.isRedacted());
  const ends = events
    .filter((event) => isPollEnd(event.getType()) && mayEnd(room, start, event.getSender() ?? ""))
    .map((event) => event.getTs());
  const votes = events
    .filter((event) => isPollResponse(event.getType()))
    .map((event) => ({
      sender: event.getSender() ?? "",
      atMs: event.getTs(),
      selections: selectionsIn(event.getContent()),
    }));
  const endedAtMs = ends.length > 0 ? Math.min(...ends) : undefined;
  const me = room.myUserId;
  return { ...tallied(poll, { votes, endedAtMs, me }), mayEnd: mayEnd(room, start, me) };
}

function mayEnd(room: Room, start: MatrixEvent, userId: string): boolean {
  const level = room.getMember(userId)?.powerLevel ?? 0;
  return start.getSender() === userId || room.currentState.hasSufficientPowerLevelFor("redact", level);
}
