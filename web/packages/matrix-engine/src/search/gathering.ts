// What comes, into the index: new messages as they are heard, and those whose key came late. What people scroll back
// to is not taken from there: the index is filled without gaps, or its gaps are known.
import {
  ClientEvent,
  Direction,
  type EventTimelineSet,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
} from "matrix-js-sdk";

import type { MessageIndex } from "./message-index.ts";
import { decryptAll } from "./pages.ts";
import { changesOf, SAID } from "./recording.ts";
import type { Change } from "./records.ts";

/** What of the index is needed here. */
export interface Heard {
  heard(...heard: Parameters<MessageIndex["heard"]>): Promise<void>;
  isNewest(...asked: Parameters<MessageIndex["isNewest"]>): Promise<boolean>;
}

/** Keys come in flocks. */
const LATE_MS = 300;

const TYPES = new Set([...SAID, "m.room.redaction"]);

export class Gathering {
  readonly #client: MatrixClient;
  readonly #index: Heard;
  readonly #heard: () => void;
  /** What came since the last answer of the server, by room. */
  readonly #came = new Map<string, MatrixEvent[]>();
  /** Encrypted rooms that go on without a gap from what is in the index. */
  readonly #continuing = new Set<string>();
  readonly #late = new Map<string, MatrixEvent[]>();
  #turn: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** `heard` is called whenever something was put into the index. */
  constructor(client: MatrixClient, index: Heard, heard: () => void) {
    this.#client = client;
    this.#index = index;
    this.#heard = heard;
    client.on(ClientEvent.Event, this.#event);
    client.on(ClientEvent.Sync, this.#sync);
    client.on(RoomEvent.TimelineReset, this.#reset);
    client.on(MatrixEventEvent.Decrypted, this.#decrypted);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#client.off(ClientEvent.Event, this.#event);
    this.#client.off(ClientEvent.Sync, this.#sync);
    this.#client.off(RoomEvent.TimelineReset, this.#reset);
    this.#client.off(MatrixEventEvent.Decrypted, this.#decrypted);
  }

  readonly #event = (event: MatrixEvent): void => {
    const roomId = event.getRoomId();
    if (roomId && TYPES.has(event.getWireType())) push(this.#came, roomId, event);
  };

  readonly #reset = (room: Room | undefined, of: EventTimelineSet): void => {
    if (room && of === room.getUnfilteredTimelineSet()) this.#continuing.delete(room.roomId);
  };

  readonly #decrypted = (event: MatrixEvent): void => {
    const roomId = event.getRoomId();
    if (!roomId || event.isDecryptionFailure()) return;
    push(this.#late, roomId, event);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const [late, events] of this.#late) this.unlocked(late, events);
      this.#late.clear();
    }, LATE_MS);
  };

  readonly #sync = (): void => {
    if (!this.#client.isInitialSyncComplete()) return;
    for (const room of this.#client.getRooms()) {
      const came = this.#came.get(room.roomId) ?? [];
      if (!room.hasEncryptionStateEvent() || room.getMyMembership() !== "join") continue;
      const begins = !this.#continuing.has(room.roomId);
      if (!begins && came.length === 0) continue;
      this.#continuing.add(room.roomId);
      const live = room.getLiveTimeline();
      const from = begins ? live.getPaginationToken(Direction.Backward) : null;
      const events = begins ? [...new Set([...live.getEvents(), ...came])] : came;
      this.#inTurn(() => this.#take(room.roomId, events, from ?? undefined));
    }
    this.#came.clear();
  };

  /** Messages whose keys came after they were put into the index. */
  unlocked(roomId: string, events: readonly MatrixEvent[]): void {
    this.#inTurn(async () => {
      const changes = events
        .flatMap(changesOf)
        .map(
          (change): Change => (change.kind === "said" ? { kind: "unlocked", record: change.record } : change),
        );
      await this.#index.heard(roomId, changes);
    });
  }

  async #take(roomId: string, came: readonly MatrixEvent[], from: string | undefined): Promise<void> {
    const events = await this.#unknown(roomId, came);
    await decryptAll(this.#client, events);
    const hole = from === undefined ? undefined : { from };
    try {
      await this.#index.heard(roomId, events.flatMap(changesOf), hole);
    } catch (error) {
      this.#continuing.delete(roomId);
      throw error;
    }
  }

  /** Most rooms have no news when the app starts: their newest message is known, and all before it. */
  async #unknown(roomId: string, came: readonly MatrixEvent[]): Promise<readonly MatrixEvent[]> {
    const newest = came
      .filter((event) => SAID.includes(event.getWireType()) && !event.isRedacted())
      .reduce<MatrixEvent | undefined>(
        (last, event) => (last && last.getTs() > event.getTs() ? last : event),
        undefined,
      )
      ?.getId();
    const known = newest !== undefined && (await this.#index.isNewest(roomId, newest));
    return known ? came.filter((event) => event.getWireType() === "m.room.redaction") : came;
  }

  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn
      .then(async () => {
        if (this.#stopped) return;
        await act();
        this.#heard();
      })
      // What was not written is heard again: its room begins anew with the next answer of the server.
      .catch(() => undefined);
  }
}

function push<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}
