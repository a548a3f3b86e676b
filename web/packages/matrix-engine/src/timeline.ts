// A conversation as a live list, over a window of the SDK's timeline. What did not change stays the same object.
import {
  type Live,
  type Paging,
  type Reader,
  signal,
  type Timeline,
  type TimelineItem,
} from "@herold/engine";
import {
  Direction,
  type EventTimelineSet,
  type MatrixClient,
  type MatrixEvent,
  type Room,
  type Thread,
  TimelineWindow,
} from "matrix-js-sdk";

import { equal } from "./equal.ts";
import { failing, failureOf } from "./failures.ts";
import "./gaps.ts";
import { type ItemContext, itemId, itemOf } from "./items.ts";
import type { Polls } from "./polls.ts";
import { Shields } from "./shields.ts";
import { profileIn } from "./summaries.ts";
import type { ThreadCounts } from "./thread-counts.ts";
import { follow } from "./timeline-events.ts";
import type { Uploads } from "./uploads.ts";

/** Events that one conversation keeps at most. */
const WINDOW_MAX = 20_000;
const FIRST_LOAD = 40;
/** Items that fill most windows: with fewer, what is read would move while others come in. */
const FIRST_ITEMS = 30;
const PAGE = 40;
/** So long the browser has to draw what came before: about half a frame. */
const DRAWING_MS = 8;
/** Pages in a row that may show nothing before a load comes back. */
const EMPTY_PAGES_MAX = 8;
const ANSWERED_MAX = 200;
/** Items that are kept made; beyond it, those that the window has no more are let go. */
const MADE_MAX = 2 * WINDOW_MAX;

export interface TimelineOptions {
  readonly timelineSet: EventTimelineSet;
  readonly thread?: string;
  /** The event to start around; else the newest. */
  readonly at?: string;
  readonly uploads?: Uploads;
  readonly polls: Polls;
  readonly counts: ThreadCounts;
}

export class MatrixTimeline implements Timeline {
  readonly #client: MatrixClient;
  readonly #room: Room;
  readonly #options: TimelineOptions;
  readonly #shields: Shields;
  readonly #context: ItemContext;
  readonly #items = signal<readonly TimelineItem[]>([]);
  readonly #older = signal<Paging>("loading");
  readonly #newer = signal<Paging>("end");
  readonly #readUpTo = signal<string | undefined>(undefined);
  readonly #made = new Map<string, { item: TimelineItem | undefined; status: unknown }>();
  readonly #dirty = new Set<string>();
  readonly #answered = new Map<string, MatrixEvent | undefined>();
  #window: TimelineWindow;
  #scheduled = false;
  #stop: (() => void)[] = [];

  readonly items: Live<readonly TimelineItem[]> = this.#items;
  readonly older: Live<Paging> = this.#older;
  readonly newer: Live<Paging> = this.#newer;
  readonly readUpTo: Live<string | undefined> = this.#readUpTo;

  constructor(client: MatrixClient, room: Room, options: TimelineOptions) {
    this.#client = client;
    this.#room = room;
    this.#options = options;
    this.#window = this.#newWindow();
    this.#shields = new Shields(client, (eventId) => this.#touch(eventId));
    this.#context = {
      room,
      timelineSet: options.timelineSet,
      thread: options.thread,
      polls: options.polls,
      counts: options.counts,
      shield: (event) => this.#shields.of(event, room.hasEncryptionStateEvent()),
      answered: (eventId) => this.#answeredEvent(eventId),
    };
    this.#stop.push(
      follow(client, room, options, {
        touched: (eventId) => this.#touch(eventId),
        redacted: (eventId) => this.#redacted(eventId),
        everything: () => {
          this.#shields.clear();
          this.#touchAll();
        },
        added: () => this.#added(),
        reset: () => void this.load().catch(() => undefined),
      }),
    );
    this.#stop.push(options.polls.follow((pollId) => this.#touch(pollId)));
    if (options.uploads) this.#stop.push(options.uploads.pending.subscribe(() => this.#schedule()));
  }

  #newWindow(): TimelineWindow {
    return new TimelineWindow(this.#client, this.#options.timelineSet, { windowLimit: WINDOW_MAX });
  }

  /** Starts, or starts again. */
  async load(): Promise<void> {
    this.#older.value = "loading";
    const fresh = this.#newWindow();
    try {
      await failing(() => fresh.load(this.#options.at, FIRST_LOAD), { M_FORBIDDEN: "not-found" });
    } catch (error) {
      this.#older.value = "failed";
      throw error;
    }
    this.#window = fresh;
    // What came while it was made went to the window before it.
    if (this.#options.at === undefined) fresh.extend(Direction.Forward, WINDOW_MAX);
    this.#readUpTo.value = this.#receipts()?.getEventReadUpTo(this.#room.myUserId) ?? undefined;
    this.#older.value = "idle";
    this.#touchAll();
    this.#refresh();
    if (this.#items.value.length < FIRST_ITEMS) await this.loadOlder(FIRST_LOAD);
    if (this.#items.value.length < FIRST_ITEMS) await this.loadNewer(FIRST_LOAD);
  }

  loadOlder(count: number): Promise<void> {
    return this.#loadMore(Direction.Backward, this.#older, count);
  }

  loadNewer(count: number): Promise<void> {
    return this.#loadMore(Direction.Forward, this.#newer, count);
  }

  async toNewest(): Promise<void> {
    if (this.#options.at !== undefined || this.#newer.peek() === "end") return;
    await this.load();
  }

  async #loadMore(direction: Direction, paging: { value: Paging }, count: number): Promise<void> {
    if (paging.value === "loading" || !this.#window.canPaginate(direction)) return;
    paging.value = "loading";
    try {
      await this.#takeIn(direction, count);
    } catch {
      // Whoever scrolls sees that it failed, and may try again.
      paging.value = "failed";
      return;
    }
    // Before it is shown: whoever sees it may need more at once.
    paging.value = this.#window.canPaginate(direction) ? "idle" : "end";
    const before = this.#items.value;
    this.#refresh();
    // Where nothing came that can be seen, whoever still looks for it has to know that they may ask again. What would
    // not fit any more is not gone through: its other end would go, and be looked for in turn.
    const goesOn = paging.value === "idle" && this.#window.getEvents().length < WINDOW_MAX;
    if (goesOn && this.#items.value === before) this.#items.value = [...before];
  }

  /** Until there is something that can be seen: a page may hold nothing but reactions. */
  async #takeIn(direction: Direction, count: number): Promise<void> {
    for (let pages = 0; ; ) {
      await new Promise((drawn) => setTimeout(drawn, DRAWING_MS));
      const before = this.#window.getEvents().length;
      if (this.#window.extend(direction, count)) {
        const events = this.#window.getEvents();
        const came = events.length - before;
        const taken = direction === Direction.Backward ? events.slice(0, came) : events.slice(before);
        if (taken.some((event) => this.#item(event))) return;
      } else {
        if (pages === EMPTY_PAGES_MAX || !(await this.#fetch(direction))) return;
        pages += 1;
      }
    }
  }

  /** Fetches a page, and takes nothing of it in. Answers whether there was one. */
  async #fetch(direction: Direction): Promise<boolean> {
    const [window, backward] = [this.#window, direction === Direction.Backward];
    const edge = window.getEvents().at(backward ? 0 : -1);
    const more = await window.paginate(direction, PAGE);
    // What comes meanwhile comes at the other end.
    const events = window.getEvents();
    const place = edge ? events.indexOf(edge) : -1;
    if (place >= 0) window.unpaginate(backward ? place : events.length - 1 - place, backward);
    return more;
  }

  letGo(which: "older" | "newer", id: string): void {
    const events = this.#window.getEvents();
    const place = events.findIndex((event) => itemId(event) === id);
    if (place < 0) return;
    const count = which === "older" ? place : events.length - 1 - place;
    this.#window.unpaginate(count, which === "older");
    this.#refresh();
  }

  async retry(id: string): Promise<void> {
    const event = this.#pending().find((pending) => itemId(pending) === id);
    if (event) await failing(() => this.#client.resendEvent(event, this.#room));
    else await this.#options.uploads?.retry(id);
  }

  async discard(id: string): Promise<void> {
    const event = this.#pending().find((pending) => itemId(pending) === id);
    // What is on its way again by now cannot be held back.
    if (event) await failing(async () => this.#client.cancelPendingEvent(event));
    else this.#options.uploads?.discard(id);
  }

  stop(): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
  }

  #pending(): MatrixEvent[] {
    return this.#room.getPendingEvents().filter((event) => event.threadRootId === this.#options.thread);
  }

  #added(): void {
    // Who looks at an older part goes on there; who is at the end stays at the end.
    if (this.#newer.value === "end") this.#window.extend(Direction.Forward, WINDOW_MAX);
    this.#schedule();
  }

  #touch(eventId: string | undefined): void {
    if (eventId) this.#dirty.add(eventId);
    this.#schedule();
  }

  /** It may have been a reaction, an edit or the newest of a thread: on which message, nobody says any more. */
  #redacted(eventId: string): void {
    this.#answered.delete(eventId);
    for (const [id, { item }] of this.#made) if (item && showsOthers(item)) this.#dirty.add(id);
    this.#touch(eventId);
  }

  #touchAll(): void {
    this.#made.clear();
    this.#schedule();
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
    if (!this.#window.getTimelineIndex(Direction.Backward)) return;
    const atEnd = !this.#window.canPaginate(Direction.Forward);
    if (this.#newer.value !== "loading") this.#newer.value = atEnd ? "end" : "idle";
    if (this.#older.value !== "loading")
      this.#older.value = this.#window.canPaginate(Direction.Backward) ? "idle" : "end";
    const events = this.#window.getEvents();
    const items = this.#withReaders(events);
    if (atEnd) {
      const here = new Set(items.map((item) => item.id));
      const { uploads, thread } = this.#options;
      const messages = this.#pending().flatMap((event) => this.#item(event) ?? []);
      for (const item of uploads?.among(messages, thread) ?? messages)
        if (!here.has(item.id)) items.push(item);
    }
    this.#dirty.clear();
    this.#bound(events);
    const before = this.#items.value;
    if (items.length !== before.length || items.some((item, index) => item !== before[index]))
      this.#items.value = items;
  }

  #bound(events: MatrixEvent[]): void {
    if (this.#made.size <= MADE_MAX) return;
    const here = new Set(events.map(itemId));
    for (const id of this.#made.keys()) if (!here.has(id)) this.#made.delete(id);
  }

  /** The items of events, each with those who have read up to it. */
  #withReaders(events: MatrixEvent[]): TimelineItem[] {
    const items: TimelineItem[] = [];
    for (const event of events) {
      const item = this.#item(event);
      if (item) items.push(item);
      const readers = this.#readersOf(event);
      const last = items.at(-1);
      // What is not shown was read by who had read the item before it.
      if (last && readers.length > 0)
        items[items.length - 1] = this.#readBy(last, item ? readers : [...last.readBy, ...readers]);
      else if (item && last && last.readBy.length > 0) items[items.length - 1] = this.#readBy(last, []);
    }
    return items;
  }

  #readBy(item: TimelineItem, readers: readonly Reader[]): TimelineItem {
    const others = readers.filter((reader) => reader.userId !== item.sender.userId);
    if (equal(item.readBy, others)) return item;
    const read = { ...item, readBy: others };
    const made = this.#made.get(item.id);
    if (made) made.item = read;
    return read;
  }

  /** A thread is read apart from its room. */
  #receipts(): Room | Thread | null {
    return this.#options.thread ? this.#room.getThread(this.#options.thread) : this.#room;
  }

  #readersOf(event: MatrixEvent): Reader[] {
    return (this.#receipts()?.getReceiptsForEvent(event) ?? [])
      .filter((receipt) => receipt.userId !== this.#room.myUserId)
      .map(({ userId, data }) => ({ ...profileIn(this.#room, userId), atMs: data.ts }));
  }

  #item(event: MatrixEvent): TimelineItem | undefined {
    const id = itemId(event);
    const made = this.#made.get(id);
    const shown = [id, event.getId(), made?.item?.reply?.eventId];
    const dirty = shown.some((one) => one !== undefined && this.#dirty.has(one));
    if (made && !dirty && made.status === event.status) return made.item;
    let item = itemOf(event, this.#context);
    // Readers are looked at apart.
    if (item && made?.item) item = { ...item, readBy: made.item.readBy };
    const kept = equal(item, made?.item) ? made?.item : item;
    this.#made.set(id, { item: kept, status: event.status });
    return kept;
  }

  #answeredEvent(eventId: string): MatrixEvent | undefined {
    const here = this.#room.findEventById(eventId) ?? this.#answered.get(eventId);
    if (here || this.#answered.has(eventId)) return here;
    if (this.#answered.size >= ANSWERED_MAX) this.#answered.clear();
    this.#answered.set(eventId, undefined);
    void this.#fetchAnswered(eventId);
    return undefined;
  }

  async #fetchAnswered(eventId: string): Promise<void> {
    try {
      const event = this.#client.getEventMapper()(
        await this.#client.fetchRoomEvent(this.#room.roomId, eventId),
      );
      await this.#client.decryptEventIfNeeded(event);
      this.#answered.set(eventId, event);
      for (const item of this.#items.value) if (item.reply?.eventId === eventId) this.#dirty.add(item.id);
      this.#schedule();
    } catch (error) {
      // Without a network it is asked for again when the item is made the next time.
      if (failureOf(error).reason === "unreachable") this.#answered.delete(eventId);
    }
  }
}

function showsOthers({ edited, reactions, thread }: TimelineItem): boolean {
  return edited || reactions.length > 0 || thread !== undefined;
}
