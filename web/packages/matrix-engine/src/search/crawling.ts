// Older messages, into the index: one page after the other, room by room, never at more than half the server's pace.
import { type Live, signal } from "@herold/engine";
import { type MatrixClient, MatrixError, type MatrixEvent, MatrixEventEvent } from "matrix-js-sdk";
import { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";

import { failureOf } from "../failures.ts";
import type { GoodMoment } from "./good-moment.ts";
import type { IndexState, MessageIndex } from "./message-index.ts";
import { historyPage } from "./pages.ts";
import { changesOf, SAID } from "./recording.ts";
import type { Hole } from "./records.ts";

const PAGE = 100;
/** The least time between two pages. */
const PAUSE_MS = 200;
/** After an answer that was none, doubled each time. */
const RETRY_MS = 5_000;
const RETRY_MAX_MS = 5 * 60_000;
/** How long a page waits for keys that are on their way out of the backup. */
const KEYS_MS = 10_000;

/** What of the index is needed here. */
export interface Crawled {
  state(): Promise<IndexState>;
  read(...read: Parameters<MessageIndex["read"]>): Promise<void>;
  giveUp(...given: Parameters<MessageIndex["giveUp"]>): Promise<void>;
}

export class Crawling {
  readonly #client: MatrixClient;
  readonly #index: Crawled;
  readonly #moment: GoodMoment;
  readonly #unlocked: (roomId: string, events: readonly MatrixEvent[]) => void;
  readonly #changed: () => void;
  readonly #abort = new AbortController();
  readonly #waiting = signal(false);
  /** Somebody woke it since it looked last. */
  #asked = false;
  #woken: (() => void) | undefined;
  #retryMs = RETRY_MS;

  /** Whether it has something to do, and waits for a good moment. */
  readonly waiting: Live<boolean> = this.#waiting;

  constructor(
    client: MatrixClient,
    index: Crawled,
    moment: GoodMoment,
    told: { unlocked(roomId: string, events: readonly MatrixEvent[]): void; changed(): void },
  ) {
    this.#client = client;
    this.#index = index;
    this.#moment = moment;
    this.#unlocked = told.unlocked;
    this.#changed = told.changed;
    void this.#run();
  }

  /** There may be something to do. */
  wake(): void {
    this.#asked = true;
    this.#woken?.();
  }

  stop(): void {
    this.#abort.abort();
    this.wake();
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        this.#asked = false;
        const rooms = await this.#roomsWithHoles();
        if (rooms.length === 0 && !this.#asked) await this.#sleep();
        // One page of each, so that the newest messages of all rooms come first.
        for (const { roomId, hole } of rooms) await this.#page(roomId, hole);
      } catch {
        // The index does not answer any more: there is nothing to fill.
        return;
      }
    }
  }

  #sleep(): Promise<void> {
    return new Promise((resume) => {
      this.#woken = resume;
    });
  }

  /** Those that something was said in last come first. */
  async #roomsWithHoles(): Promise<{ roomId: string; hole: Hole }[]> {
    const { rooms } = await this.#index.state();
    const recency = (roomId: string): number => this.#client.getRoom(roomId)?.getLastActiveTimestamp() ?? 0;
    return rooms
      .flatMap(({ roomId, holes: [hole] }) => (hole ? [{ roomId, hole }] : []))
      .sort((left, right) => recency(right.roomId) - recency(left.roomId));
  }

  async #page(roomId: string, hole: Hole): Promise<void> {
    const { signal } = this.#abort;
    this.#waiting.value = !this.#moment.now.peek();
    await this.#moment.wait(signal);
    this.#waiting.value = false;
    if (signal.aborted) return;
    const begunMs = performance.now();
    let pauseMs = PAUSE_MS;
    try {
      const page = await historyPage(this.#client, roomId, hole.from, PAGE, { types: SAID });
      await this.#keysFor(roomId, page.events);
      await this.#index.read(roomId, hole, page.events.flatMap(changesOf), page.next);
      this.#retryMs = RETRY_MS;
      pauseMs = Math.max(PAUSE_MS, performance.now() - begunMs);
    } catch (error) {
      pauseMs = await this.#failed(roomId, hole, error);
    }
    this.#changed();
    await pause(pauseMs, signal);
  }

  /** Answers how long to wait. */
  async #failed(roomId: string, hole: Hole, error: unknown): Promise<number> {
    const { reason, retryAfterMs } = failureOf(error);
    if (reason === "too-often" && retryAfterMs !== undefined) return retryAfterMs;
    const refused = error instanceof MatrixError && [400, 403, 404].includes(error.httpStatus ?? 0);
    if (refused && reason !== "too-often") {
      await this.#index.giveUp(roomId, hole);
      return PAUSE_MS;
    }
    // Not the server's answer, but the index itself.
    if (!(error instanceof MatrixError) && reason === "unknown") throw error;
    this.#retryMs = Math.min(RETRY_MAX_MS, this.#retryMs * 2);
    return this.#retryMs;
  }

  /** Keys that are in the backup come one by one; those that take too long are put in when they come. */
  async #keysFor(roomId: string, events: readonly MatrixEvent[]): Promise<void> {
    const late = events.filter(
      (event) => event.decryptionFailureReason === DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP,
    );
    if (late.length === 0) return;
    const comes = late.map(
      (event) =>
        new Promise<void>((resume) => {
          const decrypted = (): void => {
            if (event.isDecryptionFailure()) return;
            event.off(MatrixEventEvent.Decrypted, decrypted);
            this.#unlocked(roomId, [event]);
            resume();
          };
          event.on(MatrixEventEvent.Decrypted, decrypted);
        }),
    );
    await Promise.race([Promise.all(comes), pause(KEYS_MS, this.#abort.signal)]);
  }
}

function pause(delayMs: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const done = (): void => {
      clearTimeout(timer);
      stopped.removeEventListener("abort", done);
      resume();
    };
    const timer = setTimeout(done, delayMs);
    stopped.addEventListener("abort", done);
    if (stopped.aborted) done();
  });
}
