// A conversation as it is shown: days between the messages, messages of one person together, a line above what is new.
import { computed, type Live, type Room, signal, type Timeline, type TimelineItem } from "@herold/engine";

import { ComposerModel } from "./composer.model.ts";

export type Row =
  | { readonly kind: "day"; readonly id: string; readonly atMs: number }
  | { readonly kind: "new"; readonly id: string }
  | {
      readonly kind: "item";
      readonly id: string;
      readonly item: TimelineItem;
      /** Stands under a message of the same person, so that name and picture are not said again. */
      readonly continues: boolean;
      /** The next one continues this. */
      readonly continued: boolean;
    };

/** Messages that are closer stand together. */
const TOGETHER_MS = 5 * 60_000;
/** What whoever made a room does to it so soon belongs to making it. */
const MAKING_MS = 60_000;
const PAGE = 40;

export interface ConversationOptions {
  readonly room: Room;
  /** The thread it shows; else the room. */
  readonly thread?: string;
  /** The start of the day that a time is in, where the person is. */
  readonly dayOf: (atMs: number) => number;
}

export class ConversationModel {
  readonly room: Room;
  readonly composer: ComposerModel;
  readonly #thread: string | undefined;
  readonly #timeline;
  readonly #target = signal<string | undefined>(undefined);
  readonly #failed = signal(false);
  /** Where the person stopped reading when they last came; null: nothing was new then. */
  readonly #readUpTo = signal<string | null | undefined>(undefined);
  #looking = false;
  /** The newest message that they saw. */
  #seen: string | undefined;
  /** The newest message that the server was told they saw. */
  #marked: string | undefined;

  readonly rows: Live<readonly Row[]>;
  readonly timeline: Live<Timeline>;
  /** The message to go to, and to show for a moment. */
  readonly target: Live<string | undefined> = this.#target;
  /** The message that was asked for is not here. */
  readonly targetFailed: Live<boolean> = this.#failed;

  constructor({ room, thread, dayOf }: ConversationOptions) {
    this.room = room;
    this.#thread = thread;
    this.composer = new ComposerModel(room, thread);
    this.#timeline = signal(thread ? room.thread(thread) : room.timeline);
    this.timeline = this.#timeline;
    this.rows = computed(() => {
      const timeline = this.#timeline.value;
      const from = this.#readUpTo.value;
      return rowsOf(timeline.items.value, from === undefined ? timeline.readUpTo.value : from, dayOf);
    });
  }

  loadOlder(): Promise<void> {
    return this.#timeline.peek().loadOlder(PAGE);
  }

  loadNewer(): Promise<void> {
    return this.#timeline.peek().loadNewer(PAGE);
  }

  /** Shows the part of the conversation around a message. */
  async goTo(eventId: string): Promise<void> {
    this.#failed.value = false;
    if (
      !this.#timeline
        .peek()
        .items.peek()
        .some((item) => item.eventId === eventId)
    ) {
      try {
        this.#timeline.value = await this.room.timelineAt(eventId);
      } catch {
        this.#failed.value = true;
        return;
      }
    }
    this.#target.value = eventId;
  }

  /** Back to where new messages come. */
  goToNewest(): void {
    this.#target.value = undefined;
    this.#timeline.value = this.#thread ? this.room.thread(this.#thread) : this.room.timeline;
  }

  arrived(): void {
    this.#target.value = undefined;
  }

  /** The person sees the newest message, until they are `away`. */
  seen(privately: boolean): void {
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
    const place = this.#thread ? { privately, thread: this.#thread } : { privately };
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
  return rows;
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
  return content.kind !== "membership" && content.kind !== "room";
}

function together(before: TimelineItem | undefined, item: TimelineItem): boolean {
  return (
    before !== undefined &&
    isSaid(before) === isSaid(item) &&
    (before.sender.userId === item.sender.userId || !isSaid(item)) &&
    item.atMs - before.atMs < TOGETHER_MS
  );
}
