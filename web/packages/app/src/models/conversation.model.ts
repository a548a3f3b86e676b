// A conversation as it is shown: days between the messages, messages of one person together, a line above what is new.
import {
  computed,
  type Live,
  type Room,
  type Session,
  signal,
  type Timeline,
  type TimelineItem,
} from "@herold/engine";

import { ComposerModel } from "./composer/composer.model.ts";
import { Selection } from "./conversation/selection.ts";
import type { Kept } from "./preferences/preferences.model.ts";
import type { Route } from "./route.ts";
import type { VoiceOptions } from "./voice/voice.model.ts";

type ItemRow = Extract<Row, { kind: "item" }>;

export type Row =
  | { readonly kind: "day"; readonly id: string; readonly atMs: number }
  | { readonly kind: "new"; readonly id: string }
  | {
      readonly kind: "item";
      readonly id: string;
      readonly item: TimelineItem;
      /** Several that are shown as one, pictures or people who came, of which `item` is the last. */
      readonly album?: readonly TimelineItem[];
      /** Stands under a message of the same person, so that name and picture are not said again. */
      readonly continues: boolean;
      /** The next one continues this. */
      readonly continued: boolean;
    };

/** Messages that are closer stand together. */
const TOGETHER_MS = 5 * 60_000;
/** What whoever made a room does to it so soon belongs to making it. */
const MAKING_MS = 60_000;
/** Messages that come into view at once: more would take longer to draw than a frame may. */
const SLICE = 5;

/** What is asked about messages, in a dialog. */
export type Question =
  | { readonly kind: "versions" | "report"; readonly eventId: string }
  | { readonly kind: "forward" | "remove"; readonly eventIds: readonly string[] }
  | { readonly kind: "date" };

export interface ConversationOptions {
  readonly room: Room;
  readonly session: Session;
  /** The thread it shows; else the room. */
  readonly thread?: string;
  /** Where what was not sent yet is kept. */
  readonly drafts: Kept;
  readonly go: (route: Route) => void;
  readonly record: VoiceOptions["record"];
  /** Shows a message in the thread that it stands in. */
  readonly openThread: (rootId: string, eventId: string) => void;
  /** The start of the day that a time is in, where the person is. */
  readonly dayOf: (atMs: number) => number;
}

export class ConversationModel {
  readonly room: Room;
  readonly session: Session;
  /** The root of the thread it shows; else it shows the room. */
  readonly thread: string | undefined;
  readonly composer: ComposerModel;
  readonly selection: Selection;
  readonly #timeline;
  readonly #openThread: ConversationOptions["openThread"];
  readonly #question = signal<Question | undefined>(undefined);
  readonly #picture = signal<string | undefined>(undefined);
  readonly #back = signal<string | undefined>(undefined);
  readonly #target = signal<string | undefined>(undefined);
  readonly #failed = signal(false);
  /** Where the person stopped reading when they last came; null: nothing was new then. */
  readonly #readUpTo = signal<string | null | undefined>(undefined);
  #looking = false;
  /** Ways to another place that are not at their end: what is in view meanwhile is not looked at. */
  #going = 0;
  /** The newest message that they saw. */
  #seen: string | undefined;
  /** The newest message that the server was told they saw. */
  #marked: string | undefined;

  readonly rows: Live<readonly Row[]>;
  /** Between two it is clear who speaks; that it is between two may be known later than what they say. */
  readonly betweenTwo: Live<boolean>;
  readonly encrypted: Live<boolean>;
  readonly timeline: Live<Timeline>;
  /** The message to go to, and to show for a moment. */
  readonly target: Live<string | undefined> = this.#target;
  readonly question: Live<Question | undefined> = this.#question;
  /** The item whose picture is looked at on its own. */
  readonly picture: Live<string | undefined> = this.#picture;
  /** The answer that the person came from, to go back to. */
  readonly back: Live<string | undefined> = this.#back;
  /** The message that was asked for is not here. */
  readonly targetFailed: Live<boolean> = this.#failed;

  constructor({ room, session, thread, drafts, go, record, openThread, dayOf }: ConversationOptions) {
    this.room = room;
    this.thread = thread;
    this.session = session;
    this.composer = new ComposerModel({
      room,
      session,
      thread,
      drafts,
      record,
      went: (roomId) => go(roomId ? { kind: "room", roomId } : { kind: "home" }),
    });
    this.betweenTwo = computed(() => room.summary.value.direct !== undefined);
    this.encrypted = computed(() => room.summary.value.encrypted);
    this.#timeline = signal(thread ? room.thread(thread) : room.timeline);
    this.timeline = this.#timeline;
    this.#openThread = openThread;
    this.selection = new Selection(computed(() => this.#timeline.value.items.value));
    this.rows = computed(() => {
      const timeline = this.#timeline.value;
      const from = this.#readUpTo.value;
      return rowsOf(timeline.items.value, from === undefined ? timeline.readUpTo.value : from, dayOf);
    });
  }

  loadOlder(count = SLICE): Promise<void> {
    return this.#timeline.peek().loadOlder(count);
  }

  loadNewer(): Promise<void> {
    return this.#timeline.peek().loadNewer(SLICE);
  }

  /** What was said last, as far as it is here; nothing where it is not, and older messages are looked at. */
  newest(): readonly TimelineItem[] {
    const { items, newer } = this.#timeline.peek();
    return newer.peek() === "end" ? items.peek() : [];
  }

  /** Lets go of what is beyond a row that is far from where somebody reads. */
  letGo(which: "older" | "newer", rowId: string): void {
    // Whoever goes through pictures, or chooses messages, needs those far away as well.
    if (this.#picture.peek() !== undefined || this.selection.ids.peek()) return;
    const rows = this.rows.peek();
    const place = rows.findIndex((row) => row.id === rowId);
    if (place < 0) return;
    // The line above what is new stands on the message before it.
    const line = rows.findIndex((row) => row.kind === "new");
    const last = line < 0 ? place : Math.min(place, line - 1);
    const beyond = which === "older" ? rows.slice(0, last + 1).reverse() : rows.slice(place);
    const row = beyond.find((one) => one.kind === "item");
    if (!row) return;
    const item = which === "older" ? (row.album?.[0] ?? row.item) : row.item;
    this.#timeline.peek().letGo(which, item.id);
  }

  /** Shows the part of the conversation around a message. */
  async goTo(eventId: string): Promise<void> {
    this.#failed.value = false;
    this.#going += 1;
    try {
      if (this.#has(eventId) || (await this.#bring(eventId))) this.#target.value = eventId;
    } finally {
      this.#going -= 1;
    }
  }

  /** From an answer to what it answers, with a way back. */
  async goToAnswered(eventId: string, from: string | undefined): Promise<void> {
    this.#back.value = from;
    await this.goTo(eventId);
  }

  async goBack(): Promise<void> {
    const to = this.#back.peek();
    this.#back.value = undefined;
    if (to) await this.goTo(to);
  }

  /** The first message of a day. */
  async goToDate(atMs: number): Promise<void> {
    await this.goTo(await this.room.messageAt(atMs));
  }

  forgetFailed(): void {
    this.#failed.value = false;
  }

  ask(question: Question): void {
    this.#question.value = question;
  }

  answered(): void {
    this.#question.value = undefined;
  }

  showPicture(id: string | undefined): void {
    this.#picture.value = id;
  }

  select(id: string): void {
    this.selection.begin(id);
  }

  /** Answers whether the message can be shown here now. */
  async #bring(eventId: string): Promise<boolean> {
    if (this.thread) return this.#found(await this.#openAt(eventId));
    // What is not known here is asked for all the same: the answer says whether it may be seen.
    const root = await this.room.threadOf(eventId).catch(() => undefined);
    if (root) {
      this.#openThread(root, eventId);
      return false;
    }
    return this.#found(await this.#openAt(eventId));
  }

  #found(found: boolean): boolean {
    this.#failed.value = !found;
    return found;
  }

  #has(eventId: string): boolean {
    const { items } = this.#timeline.peek();
    return items.peek().some((item) => item.eventId === eventId);
  }

  async #openAt(eventId: string): Promise<boolean> {
    try {
      this.#timeline.value = this.thread
        ? await this.room.threadAt(this.thread, eventId)
        : await this.room.timelineAt(eventId);
      return true;
    } catch {
      return false;
    }
  }

  /** Back to where new messages come. */
  goToNewest(): void {
    this.#target.value = undefined;
    this.#back.value = undefined;
    this.#timeline.value = this.thread ? this.room.thread(this.thread) : this.room.timeline;
    // What does not come says so above the list, where it can be tried again.
    this.#timeline
      .peek()
      .toNewest()
      .catch(() => undefined);
  }

  arrived(): void {
    this.#target.value = undefined;
  }

  /** The person sees the newest message, until they are `away`. */
  seen(privately: boolean): void {
    if (this.#going > 0 || this.#target.peek() !== undefined) return;
    const timeline = this.#timeline.peek();
    const items = timeline.items.peek();
    const newest = items.findLast((item) => item.eventId !== undefined)?.eventId;
    if (!newest || timeline.newer.peek() !== "end") return;
    // The line above what is new stays where it was while they look, and is moved to what came while they did not.
    if (!this.#looking && newest !== this.#seen) {
      const from = this.#seen ?? timeline.readUpTo.peek() ?? null;
      this.#readUpTo.value = firstNew(items, from) < 0 ? null : from;
    }
    this.#looking = true;
    this.#seen = newest;
    if (newest === this.#marked) return;
    this.#marked = newest;
    const place = this.thread ? { privately, thread: this.thread } : { privately };
    // What does not arrive is said again with the next message.
    this.room.markRead(newest, place).catch(() => {
      this.#marked = undefined;
    });
  }

  /** They look at something else, or at older messages. */
  away(): void {
    if (this.#looking && this.#readUpTo.peek() === null) this.#readUpTo.value = this.#seen;
    this.#looking = false;
  }
}

export function rowsOf(
  all: readonly TimelineItem[],
  readUpTo: string | null | undefined,
  dayOf: (atMs: number) => number,
): Row[] {
  const rows: Row[] = [];
  const items = withoutMaking(all);
  const firstNewItem = all[firstNew(all, readUpTo)];
  const newFrom = firstNewItem ? items.indexOf(firstNewItem) : -1;
  let day: number | undefined;
  items.forEach((item, index) => {
    const today = dayOf(item.atMs);
    if (today !== day) rows.push({ kind: "day", id: `day ${today}`, atMs: item.atMs });
    if (index === newFrom) rows.push({ kind: "new", id: "new" });
    const next = items[index + 1];
    rows.push({
      kind: "item",
      id: item.id,
      item,
      continues: today === day && index !== newFrom && together(items[index - 1], item),
      continued:
        next !== undefined && dayOf(next.atMs) === today && index + 1 !== newFrom && together(item, next),
    });
    day = today;
  });
  return withAlbums(rows);
}

const ALBUM_MAX = 10;
/** Longer than any list of names that is read. */
const CROWD_MAX = 200;

/**
 * Pictures that were sent together, or are on their way, and that nobody has said anything about, are shown as one; so
 * are many who come.
 */
function withAlbums(rows: readonly Row[]): Row[] {
  const joined: Row[] = [];
  for (const row of rows) {
    const last = joined.at(-1);
    const album = row.kind === "item" && last?.kind === "item" ? joinedAlbum(last, row) : undefined;
    if (album) joined[joined.length - 1] = album;
    else joined.push(row);
  }
  return joined;
}

function joinedAlbum(before: ItemRow, row: ItemRow): ItemRow | undefined {
  const earlier = before.album ?? [before.item];
  if (!row.continues || !(isAlbum(earlier, row.item) || isCrowd(earlier, row.item))) return undefined;
  return { ...before, item: row.item, album: [...earlier, row.item], continued: row.continued };
}

function isAlbum(earlier: readonly TimelineItem[], item: TimelineItem): boolean {
  return earlier.length < ALBUM_MAX && standsInAlbum(item) && earlier.every(standsInAlbum);
}

/** What several people can do in one sentence. */
const BY_MANY: readonly string[] = ["joined", "left", "invited"];

function isCrowd(earlier: readonly TimelineItem[], item: TimelineItem): boolean {
  const [first] = earlier;
  if (first?.content.kind !== "membership" || item.content.kind !== "membership") return false;
  const { change, reason } = item.content;
  const sameInviter = change !== "invited" || first.sender.userId === item.sender.userId;
  return (
    earlier.length < CROWD_MAX &&
    BY_MANY.includes(change) &&
    first.content.change === change &&
    !reason &&
    !first.content.reason &&
    sameInviter
  );
}

function standsInAlbum({ content, reply, thread, reactions, edited, state }: TimelineItem): boolean {
  return (
    content.kind === "image" &&
    !content.caption &&
    !reply &&
    !thread &&
    reactions.length === 0 &&
    !edited &&
    (state.kind === "sent" || state.kind === "sending")
  );
}

/** Whether a message stands in a row. */
export function holds(row: Row, eventId: string): boolean {
  if (row.kind !== "item") return false;
  return row.item.eventId === eventId || !!row.album?.some((item) => item.eventId === eventId);
}

/** That a room was made is told; how it was made, in half a dozen steps, is not. */
function withoutMaking(items: readonly TimelineItem[]): readonly TimelineItem[] {
  const made = items.find(({ content }) => content.kind === "room" && content.change.what === "created");
  if (!made) return items;
  const steps: readonly string[] = ["permissions", "access", "history"];
  return items.filter(({ content, sender, atMs }) => {
    if (sender.userId !== made.sender.userId || atMs - made.atMs > MAKING_MS) return true;
    if (content.kind === "room") return !steps.includes(content.change.what);
    return !(content.kind === "membership" && content.change === "joined");
  });
}

/** The first message of somebody else after the one that was read last. */
function firstNew(items: readonly TimelineItem[], readUpTo: string | null | undefined): number {
  if (!readUpTo) return -1;
  const read = items.findIndex((item) => item.eventId === readUpTo);
  if (read < 0) return -1;
  return items.findIndex((item, index) => index > read && !item.mine && isSaid(item));
}

function isSaid({ content }: TimelineItem): boolean {
  return content.kind !== "membership" && content.kind !== "room" && content.kind !== "verification";
}

function together(before: TimelineItem | undefined, item: TimelineItem): boolean {
  return (
    before !== undefined &&
    isSaid(before) === isSaid(item) &&
    (before.sender.userId === item.sender.userId || !isSaid(item)) &&
    item.atMs - before.atMs < TOGETHER_MS
  );
}
