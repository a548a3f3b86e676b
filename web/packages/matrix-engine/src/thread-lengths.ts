// How many answers a thread has. The SDK counts those that come on top of what the server said when it saw the thread
// first, and what came in between twice or not at all: once a thread is quiet, the server is asked how many there are.
import {
  type MatrixClient,
  type MatrixEvent,
  type Room,
  RoomEvent,
  type Thread,
  ThreadEvent,
} from "matrix-js-sdk";

/** After the last answer that came. */
const QUIET_MS = 1_000;

export class ThreadLengths {
  readonly #client: MatrixClient;
  /** From what the server says of these on, the SDK counts right. */
  readonly #exact = new WeakSet<Thread>();
  readonly #timers = new Map<Thread, ReturnType<typeof setTimeout>>();

  constructor(client: MatrixClient) {
    this.#client = client;
    client.on(RoomEvent.Timeline, this.#followed);
  }

  stop(): void {
    this.#client.off(RoomEvent.Timeline, this.#followed);
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  readonly #followed = (event: MatrixEvent, room?: Room, toStart?: boolean, removed?: boolean): void => {
    if (toStart || removed || !event.isRelation("m.thread") || !this.#client.isInitialSyncComplete()) return;
    const thread = room?.getThread(event.threadRootId ?? "");
    if (!thread || this.#exact.has(thread)) return;
    clearTimeout(this.#timers.get(thread));
    this.#timers.set(
      thread,
      setTimeout(() => void this.#ask(thread), QUIET_MS),
    );
  };

  async #ask(thread: Thread): Promise<void> {
    this.#timers.delete(thread);
    const root = await this.#client.fetchRoomEvent(thread.roomId, thread.id).catch(() => undefined);
    const told = root?.unsigned?.["m.relations"]?.["m.thread"];
    const newest = thread.lastReply((event) => event.isRelation("m.thread") && !event.status);
    // More of it is on its way, and has this asked again.
    if (!told || told.latest_event?.event_id !== newest?.getId()) return;
    this.#exact.add(thread);
    const counted = thread as unknown as Counted;
    if (counted.replyCount === told.count) return;
    counted.replyCount = told.count;
    thread.emit(ThreadEvent.Update, thread);
  }
}

/** What the SDK keeps to itself. */
interface Counted {
  replyCount: number;
}
