// The threads of a room as a live list.
import { type Live, type Paging, signal, type ThreadItem, type ThreadList } from "@herold/engine";
import {
  Direction,
  type MatrixClient,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  type Thread,
  ThreadEvent,
} from "matrix-js-sdk";

import { contentOf } from "./content.ts";
import { equal } from "./equal.ts";
import { threadOf } from "./items.ts";
import { profileIn } from "./summaries.ts";
import type { ThreadCounts } from "./thread-counts.ts";

const PAGE = 20;

export class MatrixThreads implements ThreadList {
  readonly #client: MatrixClient;
  readonly #room: Room;
  readonly #counts: ThreadCounts;
  readonly #items = signal<readonly ThreadItem[]>([]);
  readonly #older = signal<Paging>("idle");
  #begun = false;
  #scheduled = false;

  readonly items: Live<readonly ThreadItem[]> = this.#items;
  readonly older: Live<Paging> = this.#older;

  constructor(client: MatrixClient, room: Room, counts: ThreadCounts) {
    this.#client = client;
    this.#room = room;
    this.#counts = counts;
    const changed = (): void => this.#schedule();
    for (const event of [
      ThreadEvent.New,
      ThreadEvent.Update,
      ThreadEvent.NewReply,
      ThreadEvent.Delete,
    ] as const)
      room.on(event, changed);
    room.on(RoomEvent.UnreadNotifications, changed);
    room.on(RoomEvent.Redaction, changed);
    client.on(MatrixEventEvent.Decrypted, (event) => {
      if (event.getRoomId() === room.roomId && event.threadRootId) changed();
    });
    this.#refresh();
  }

  async load(): Promise<void> {
    if (this.#older.peek() === "loading" || this.#older.peek() === "end") return;
    this.#older.value = "loading";
    try {
      const more = this.#begun ? await this.#page() : await this.#begin();
      this.#begun = true;
      this.#refresh();
      this.#older.value = more ? "idle" : "end";
    } catch {
      // Whoever looks sees that it failed, and may try again.
      this.#older.value = "failed";
    }
  }

  async #begin(): Promise<boolean> {
    await this.#room.createThreadsTimelineSets();
    await this.#room.fetchRoomThreads();
    return this.#token() !== null;
  }

  async #page(): Promise<boolean> {
    const timeline = this.#room.threadsTimelineSets[0]?.getLiveTimeline();
    if (!timeline) return false;
    await this.#client.paginateEventTimeline(timeline, { backwards: true, limit: PAGE });
    return this.#token() !== null;
  }

  #token(): string | null {
    const timeline = this.#room.threadsTimelineSets[0]?.getLiveTimeline();
    return timeline?.getPaginationToken(Direction.Backward) ?? null;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#refresh();
    });
  }

  #refresh(): void {
    const known = new Map(this.#items.peek().map((item) => [item.summary.rootId, item]));
    const items = this.#room
      .getThreads()
      .flatMap((thread) => this.#itemOf(thread) ?? [])
      .map((item) => {
        const before = known.get(item.summary.rootId);
        return before && equal(before, item) ? before : item;
      })
      .sort((left, right) => newestOf(right) - newestOf(left));
    if (!equal(items, this.#items.peek())) this.#items.value = items;
  }

  #itemOf(thread: Thread): ThreadItem | undefined {
    const named = (userId: string) => profileIn(this.#room, userId);
    const root = thread.rootEvent;
    const summary = threadOf(thread.id, this.#room, this.#counts, named);
    const content = root && contentOf(root, named);
    if (!root || !summary || !content) return undefined;
    return { root: { sender: named(root.getSender() ?? ""), content, atMs: root.getTs() }, summary };
  }
}

function newestOf(item: ThreadItem): number {
  return item.summary.latest?.atMs ?? item.root.atMs;
}
