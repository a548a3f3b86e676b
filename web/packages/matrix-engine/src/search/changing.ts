// What a flock of changes makes of the blocks of one room. Blocks of a room never overlap, so that every message has
// exactly one block it can be in.
import { type Change, type MessageRecord, order, type Version, withVersion } from "./records.ts";
import { type Block, blockOf, type Head, type Limits, type RoomState, type Shelf, sizeOf } from "./shelf.ts";
import { mayHave, pieceOfId } from "./signature.ts";

/** Edits of unknown messages, and redactions, that are remembered for each room. */
const ORPHANS_MAX = 200;
const GONE_MAX = 500;

/** A block under change. */
interface Draft {
  readonly id: number;
  readonly head: Head | undefined;
  records: MessageRecord[];
  dirty: boolean;
  /** How many were put before its first message and after its last one. */
  before: number;
  after: number;
}

export interface Changed {
  readonly blocks: readonly Block[];
  readonly gone: readonly number[];
  readonly room: RoomState;
  /** Messages that were known already, of those that were said. */
  readonly known: number;
}

export class Changing {
  readonly #shelf: Shelf;
  readonly #letGoMs: number;
  /** Those of the room, the oldest first. */
  readonly #heads: Head[];
  readonly #drafts = new Map<number, Draft>();
  #first: Draft | undefined;
  #room: RoomState;
  #known = 0;

  constructor(shelf: Shelf, roomId: string) {
    this.#shelf = shelf;
    this.#letGoMs = shelf.general.letGoMs ?? Number.NEGATIVE_INFINITY;
    this.#room = shelf.rooms.get(roomId) ?? { roomId, holes: [], orphans: [], gone: [] };
    this.#heads = [...shelf.heads.values()]
      .filter((head) => head.roomId === roomId)
      .sort((left, right) => order(left.first, right.first));
  }

  async apply(changes: readonly Change[]): Promise<Changed> {
    for (const change of changes) {
      if (change.kind === "said" || change.kind === "unlocked") await this.#said(change);
      else if (change.kind === "edited") await this.#edited(change);
      else await this.#redacted(change.eventId);
    }
    return this.#result();
  }

  async #said({ kind, record }: Extract<Change, { kind: "said" | "unlocked" }>): Promise<void> {
    const draft = await this.#draftFor(record);
    const at = placeIn(draft.records, record);
    const here = draft.records[at];
    const known = here?.eventId === record.eventId ? here : undefined;
    if (!known && kind === "unlocked") return;
    if (known && kind === "said") this.#known += 1;
    if (this.#room.gone.includes(record.eventId) || (!known && record.atMs <= this.#letGoMs)) return;
    let next = known ? merged(known, record) : record;
    for (const version of next.versions)
      if (this.#room.gone.includes(version.eventId)) next = without(next, version.eventId);
    next = this.#withOrphans(next);
    if (known && JSON.stringify(known) === JSON.stringify(next)) return;
    draft.records.splice(at, known ? 1 : 0, next);
    draft.dirty = true;
    if (known || draft.records.length === 1) return;
    if (at === 0) draft.before += 1;
    else if (at === draft.records.length - 1) draft.after += 1;
  }

  #withOrphans(record: MessageRecord): MessageRecord {
    const mine = this.#room.orphans.filter((edit) => edit.target === record.eventId);
    if (mine.length === 0) return record;
    this.#room = {
      ...this.#room,
      orphans: this.#room.orphans.filter((edit) => edit.target !== record.eventId),
    };
    return mine
      .filter((edit) => edit.sender === record.sender)
      .reduce((edited, edit) => withVersion(edited, edit.version), record);
  }

  async #edited(edit: Extract<Change, { kind: "edited" }>): Promise<void> {
    const { gone, orphans } = this.#room;
    if (gone.includes(edit.version.eventId) || gone.includes(edit.target)) return;
    const found = await this.#find(edit.target, (record) => record.eventId === edit.target);
    if (!found) {
      const others = orphans.filter((known) => known.version.eventId !== edit.version.eventId);
      this.#room = { ...this.#room, orphans: [...others, edit].slice(-ORPHANS_MAX) };
      return;
    }
    const { draft, at, record } = found;
    if (record.sender !== edit.sender) return;
    draft.records[at] = withVersion(record, edit.version);
    draft.dirty = true;
  }

  async #redacted(eventId: string): Promise<void> {
    const { gone, orphans } = this.#room;
    if (gone.includes(eventId)) return;
    this.#room = {
      ...this.#room,
      gone: [...gone, eventId].slice(-GONE_MAX),
      orphans: orphans.filter((edit) => edit.version.eventId !== eventId && edit.target !== eventId),
    };
    const found = await this.#find(
      eventId,
      (record) =>
        record.eventId === eventId || record.versions.some((version) => version.eventId === eventId),
    );
    if (!found) return;
    const { draft, at, record } = found;
    if (record.eventId === eventId) draft.records.splice(at, 1);
    else draft.records[at] = without(record, eventId);
    draft.dirty = true;
  }

  async #find(
    id: string,
    fits: (record: MessageRecord) => boolean,
  ): Promise<{ draft: Draft; at: number; record: MessageRecord } | undefined> {
    const piece = [pieceOfId(id)];
    const drafts = this.#first ? [this.#first] : [];
    for (const head of this.#heads) {
      // What was put into an open block since is not in its signature.
      if (this.#drafts.has(head.id) || mayHave(head.signature, piece)) drafts.push(await this.#open(head));
    }
    for (const draft of drafts) {
      const at = draft.records.findIndex(fits);
      const record = draft.records[at];
      if (record) return { draft, at, record };
    }
    return undefined;
  }

  /** The block that a message is in, or has to go to: the last one that begins before it. */
  async #draftFor(record: MessageRecord): Promise<Draft> {
    const head = this.#heads.findLast(({ first }) => order(first, record) <= 0) ?? this.#heads[0];
    if (head) return this.#open(head);
    this.#first ??= {
      id: this.#shelf.newId(),
      head: undefined,
      records: [],
      dirty: false,
      before: 0,
      after: 0,
    };
    return this.#first;
  }

  async #open(head: Head): Promise<Draft> {
    const known = this.#drafts.get(head.id);
    if (known) return known;
    const [records = []] = await this.#shelf.read([head.id]);
    const draft = {
      id: head.id,
      head,
      records: [...records],
      dirty: false,
      before: 0,
      after: 0,
    };
    this.#drafts.set(head.id, draft);
    return draft;
  }

  #result(): Changed {
    const blocks: Block[] = [];
    const gone: number[] = [];
    const drafts = [...this.#drafts.values(), ...(this.#first ? [this.#first] : [])];
    for (const draft of drafts.filter(({ dirty }) => dirty)) {
      const parts = cut(draft.records, draft.before > draft.after, this.#shelf.limits);
      if (parts.length === 0 && draft.head) gone.push(draft.id);
      parts.forEach((records, index) => {
        const id = index === 0 ? draft.id : this.#shelf.newId();
        blocks.push(blockOf(id, this.#room.roomId, records));
      });
    }
    return { blocks, gone, room: this.#room, known: this.#known };
  }
}

/** Where a message stands in others that are in order, or has to be put. */
function placeIn(records: readonly MessageRecord[], record: MessageRecord): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const here = records[middle];
    if (here && order(here, record) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is known already, and what was just heard: a message that was read once stays readable. */
function merged(known: MessageRecord, heard: MessageRecord): MessageRecord {
  const { locked: _, ...open } = known;
  const base: MessageRecord = known.locked && !heard.locked ? open : known;
  return heard.versions.reduce((record, version: Version) => withVersion(record, version), base);
}

function without(record: MessageRecord, eventId: string): MessageRecord {
  return { ...record, versions: record.versions.filter((version) => version.eventId !== eventId) };
}

/**
 * Into blocks that are not too large. Full ones are cut off where the room does not grow, so that they stay full:
 * reading backward it grows at its old end.
 */
function cut(records: readonly MessageRecord[], growsAtOldEnd: boolean, limits: Limits): MessageRecord[][] {
  const parts: MessageRecord[][] = [];
  let bytes = 0;
  for (const record of growsAtOldEnd ? records.toReversed() : records) {
    const last = parts.at(-1);
    const size = sizeOf([record]);
    bytes += size;
    if (last && last.length < limits.blockRecords && bytes <= limits.blockBytes) last.push(record);
    else {
      parts.push([record]);
      bytes = size;
    }
  }
  if (growsAtOldEnd) for (const part of parts) part.reverse();
  return parts;
}
