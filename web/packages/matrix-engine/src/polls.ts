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
    const events = [...(this.#about.get(pollId)?.values() ?? []), ...this.#pending(pollId)].filter(
      (event) => !event.isRedacted(),
    );
    const ends = events
      .filter((event) => isPollEnd(event.getType()) && this.#mayEnd(start, event.getSender() ?? ""))
      .map((event) => event.getTs());
    const votes = events
      .filter((event) => isPollResponse(event.getType()))
      .map((event) => ({
        sender: event.getSender() ?? "",
        atMs: event.getTs(),
        selections: selectionsIn(event.getContent()),
      }));
    const endedAtMs = ends.length > 0 ? Math.min(...ends) : undefined;
    const me = this.#room.myUserId;
    return { ...tallied(poll, { votes, endedAtMs, me }), mayEnd: this.#mayEnd(start, me) };
  }

  #mayEnd(start: MatrixEvent, userId: string): boolean {
    const level = this.#room.getMember(userId)?.powerLevel ?? 0;
    return (
      start.getSender() === userId || this.#room.currentState.hasSufficientPowerLevelFor("redact", level)
    );
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
      let from: string | undefined;
      do {
        const { events, nextBatch } = await this.#client.relations(
          this.#room.roomId,
          pollId,
          "m.reference",
          null,
          { dir: Direction.Backward, limit: PAGE, ...(from ? { from } : {}) },
        );
        for (const event of events) {
          await this.#client.decryptEventIfNeeded(event);
          known.set(event.getId() ?? "", event);
        }
        from = nextBatch ?? undefined;
      } while (from && known.size < VOTES_MAX);
      this.#tell(pollId);
    } catch {
      // Without a network they are asked for again when the poll is looked at the next time.
      this.#about.delete(pollId);
    }
  }
}
