// How many answers a thread has, and which is the newest. The SDK counts those that come on top of what the server said
// when it saw the thread first, and what came in between twice or not at all; what the server said may arrive after newer
// answers, and stands then. So once a thread is quiet, the server is asked.
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
/** As long as a thread is being loaded, or the server does not answer: twice as late each time. */
const ASKED_MAX = 6;

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
    this.#later(thread, 0);
  };

  /** What comes meanwhile begins it anew. */
  #later(thread: Thread, asked: number): void {
    clearTimeout(this.#timers.get(thread));
    this.#timers.set(
      thread,
      setTimeout(() => void this.#ask(thread, asked), QUIET_MS * 2 ** asked),
    );
  }

  async #ask(thread: Thread, asked: number): Promise<void> {
    this.#timers.delete(thread);
    const root = await this.#client.fetchRoomEvent(thread.roomId, thread.id).catch(() => undefined);
    // What came while it was asked has it asked again.
    if (this.#timers.has(thread)) return;
    const told = root?.unsigned?.["m.relations"]?.["m.thread"];
    const newest = told && thread.findEventById(told.latest_event?.event_id);
    if (!newest || !thread.initialEventsFetched) {
      if (asked + 1 < ASKED_MAX) this.#later(thread, asked + 1);
      return;
    }
    this.#exact.add(thread);
    const counted = thread as unknown as Counted;
    const stands = counted.lastEvent === undefined || counted.lastEvent.getId() === newest.getId();
    if (counted.replyCount === told.count && stands) return;
    counted.replyCount = told.count;
    if (!stands) counted.lastEvent = newest;
    thread.emit(ThreadEvent.Update, thread);
  }
}

/** What the SDK keeps to itself. */
interface Counted {
  replyCount: number;
  /** What the server called the newest answer; nothing when the thread knows by itself. */
  lastEvent: MatrixEvent | undefined;
}
