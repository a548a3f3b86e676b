// The index of what was said in encrypted rooms: kept on this device, locked, bounded. One thing at a time happens to
// it, so that a search never sees half a change.
import { hasTerms, type Term, termsOf } from "@herold/engine";

import { Changing } from "./changing.ts";
import { type Change, type Hole, type MessageRecord, order, type Place, wording } from "./records.ts";
import { type Head, LIMITS, type Limits, type RoomState, Shelf, wordsOfEach } from "./shelf.ts";
import { mayHave, pieceOfId, piecesOfTerm } from "./signature.ts";

/** Blocks that a search looks at together. */
const STEP = 8;
/** How long a search looks before it tells what it has found. */
const MOMENT_MS = 40;

export interface IndexQuery {
  readonly words: string;
  readonly roomId: string | undefined;
  readonly sender: string | undefined;
  /** Bits of `KIND`, one of which is wanted; 0 for anything. */
  readonly kinds: number;
  readonly fromMs: number | undefined;
  readonly untilMs: number | undefined;
}

export interface Hit {
  readonly roomId: string;
  readonly record: MessageRecord;
}

export interface Hits {
  /** The newest first. */
  readonly hits: readonly Hit[];
  /** Where to go on, with what was said before it; nothing at the end. */
  readonly next: Place | undefined;
}

export interface IndexState {
  readonly messages: number;
  readonly bytes: number;
  readonly letGoMs: number | undefined;
  readonly rooms: readonly Pick<RoomState, "roomId" | "holes">[];
}

export class MessageIndex {
  readonly #shelf: Shelf;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  static async open(name: string, limits: Limits = LIMITS): Promise<MessageIndex> {
    return new MessageIndex(await Shelf.open(name, limits));
  }

  async state(): Promise<IndexState> {
    return this.#inTurn(async () => {
      const heads = [...this.#shelf.heads.values()];
      return {
        messages: heads.reduce((sum, head) => sum + head.count - head.locked, 0),
        bytes: heads.reduce((sum, head) => sum + takes(head), 0),
        letGoMs: this.#shelf.general.letGoMs,
        rooms: [...this.#shelf.rooms.values()].map(({ roomId, holes }) => ({ roomId, holes })),
      };
    });
  }

  /**
   * What just came. `before` is where the room goes on backward from the first of these: a hole, unless they go on from
   * what is known.
   */
  heard(roomId: string, changes: readonly Change[], before?: Hole): Promise<void> {
    return this.#change(roomId, changes, (room, known) =>
      before && known === 0 ? [...room.holes.filter((hole) => !isSame(hole, before)), before] : room.holes,
    );
  }

  /** Whether this is the newest message that is known of the room, and no key is missing for those around it. */
  isNewest(roomId: string, eventId: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const newest = [...this.#shelf.heads.values()]
        .filter((head) => head.roomId === roomId)
        .reduce<Head | undefined>(
          (last, head) => (!last || order(last.last, head.last) < 0 ? head : last),
          undefined,
        );
      return newest?.last.eventId === eventId && newest.locked === 0;
    });
  }

  /** A page that was read backward from a hole; `next` is where it goes on, nothing at the beginning of the room. */
  read(roomId: string, hole: Hole, changes: readonly Change[], next: string | undefined): Promise<void> {
    const said = changes.filter((change) => change.kind === "said").map(({ record }) => record.atMs);
    const oldestMs = said.length > 0 ? Math.min(...said) : Number.POSITIVE_INFINITY;
    return this.#change(roomId, changes, (room, known) => {
      const others = room.holes.filter((one) => !isSame(one, hole));
      const letGo = oldestMs <= (this.#shelf.general.letGoMs ?? Number.NEGATIVE_INFINITY);
      const arrived =
        hole.againUntilMs === undefined
          ? said.length > 0 && known === said.length
          : oldestMs < hole.againUntilMs;
      return next === undefined || arrived || letGo ? others : [{ ...hole, from: next }, ...others];
    });
  }

  /** Keys came: rooms with messages that could not be read are read again, down to the oldest of these. */
  readAgain(roomId?: string): Promise<void> {
    return this.#inTurn(async () => {
      const oldest = new Map<string, number>();
      for (const head of this.#shelf.heads.values()) {
        if (head.lockedFromMs === undefined || (roomId !== undefined && head.roomId !== roomId)) continue;
        oldest.set(
          head.roomId,
          Math.min(head.lockedFromMs, oldest.get(head.roomId) ?? Number.POSITIVE_INFINITY),
        );
      }
      for (const [id, againUntilMs] of oldest) {
        const room = this.#shelf.rooms.get(id);
        if (!room) continue;
        const holes = room.holes.filter((hole) => hole.againUntilMs === undefined);
        await this.#shelf.write({
          blocks: [],
          gone: [],
          room: { ...room, holes: [...holes, { from: undefined, againUntilMs }] },
          general: undefined,
        });
      }
    });
  }

  /** What cannot be read from there any more is given up. */
  giveUp(roomId: string, hole: Hole): Promise<void> {
    return this.#change(roomId, [], (room) => room.holes.filter((one) => !isSame(one, hole)));
  }

  /** Only these rooms stay. */
  keepOnly(roomIds: readonly string[]): Promise<void> {
    const kept = new Set(roomIds);
    return this.#inTurn(async () => {
      for (const roomId of [...this.#shelf.rooms.keys()]) {
        if (!kept.has(roomId)) await this.#shelf.forgetRoom(roomId);
      }
    });
  }

  /**
   * Goes through the blocks that may fit, the newest first, until there are enough, or for a moment: what was found by
   * then is not kept from whoever waits.
   */
  find(query: IndexQuery, limit: number, before?: Place): Promise<Hits> {
    return this.#inTurn(async () => {
      const untilMs = performance.now() + MOMENT_MS;
      const search = { query, terms: termsOf(query.words), before };
      const heads = this.#fitting(search);
      const hits: Hit[] = [];
      /** Those that may be older than some of a block that was not looked at. */
      const waiting: Hit[] = [];
      for (let at = 0; at < heads.length; at += STEP) {
        waiting.push(...(await this.#hitsIn(heads.slice(at, at + STEP), search)));
        waiting.sort((left, right) => order(right.record, left.record));
        const rest = heads[at + STEP];
        const unsure = rest ? waiting.findIndex(({ record }) => order(record, rest.last) <= 0) : -1;
        hits.push(...waiting.splice(0, unsure < 0 ? waiting.length : unsure));
        if (hits.length >= limit) break;
        if (rest && performance.now() > untilMs) return { hits, next: justAfter(rest.last) };
      }
      const page = hits.slice(0, limit);
      return { hits: page, next: page.length === limit ? page.at(-1)?.record : undefined };
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => this.#shelf.close());
  }

  async #hitsIn(heads: readonly Head[], search: Looking): Promise<Hit[]> {
    const words = await this.#shelf.readWords(heads.map((head) => head.id));
    const likely = heads
      .map((head, index) => ({ head, words: words[index] ?? "" }))
      .filter((one) => search.terms.every((term) => one.words.includes(term.text)));
    const records = await this.#shelf.read(likely.map(({ head }) => head.id));
    return likely.flatMap(({ head, words }, index) => {
      const texts = wordsOfEach(words);
      return (records[index] ?? [])
        .filter((record, at) => fits(record, search) && hasTerms(texts[at] ?? "", search.terms))
        .map((record) => ({ roomId: head.roomId, record }));
    });
  }

  #fitting({ query, terms, before }: Looking): Head[] {
    const pieces = new Set(terms.flatMap((term) => [...piecesOfTerm(term)]));
    if (query.sender !== undefined) pieces.add(pieceOfId(query.sender));
    return [...this.#shelf.heads.values()]
      .filter(
        (head) =>
          (query.roomId === undefined || head.roomId === query.roomId) &&
          (query.kinds === 0 || (head.kinds & query.kinds) !== 0) &&
          (query.fromMs === undefined || head.last.atMs >= query.fromMs) &&
          (query.untilMs === undefined || head.first.atMs < query.untilMs) &&
          (before === undefined || order(head.first, before) < 0) &&
          mayHave(head.signature, pieces),
      )
      .sort((left, right) => order(right.last, left.last));
  }

  #change(
    roomId: string,
    changes: readonly Change[],
    holesOf: (room: RoomState, known: number) => readonly Hole[],
  ): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#shelf.rooms.get(roomId);
      const { known, room, ...changed } = await new Changing(this.#shelf, roomId).apply(changes);
      const next = { ...room, holes: holesOf(room, known) };
      const same = before !== undefined && JSON.stringify(before) === JSON.stringify(next);
      if (same && changed.blocks.length === 0 && changed.gone.length === 0) return;
      await this.#shelf.write({ ...changed, room: same ? undefined : next, general: undefined });
      await this.#letGo();
    });
  }

  async #letGo(): Promise<void> {
    const heads = [...this.#shelf.heads.values()].sort((left, right) => order(left.last, right.last));
    let bytes = heads.reduce((sum, head) => sum + takes(head), 0);
    if (bytes <= this.#shelf.limits.indexBytes) return;
    const gone: number[] = [];
    let { letGoMs } = this.#shelf.general;
    for (const head of heads) {
      if (bytes <= this.#shelf.limits.indexBytes) break;
      bytes -= takes(head);
      gone.push(head.id);
      letGoMs = Math.max(letGoMs ?? Number.NEGATIVE_INFINITY, head.last.atMs);
    }
    await this.#shelf.write({ blocks: [], gone, room: undefined, general: { letGoMs } });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** A search under way. */
interface Looking {
  readonly query: IndexQuery;
  readonly terms: readonly Term[];
  readonly before: Place | undefined;
}

function fits(record: MessageRecord, { query, before }: Looking): boolean {
  const current = wording(record);
  return (
    current !== undefined &&
    (query.kinds === 0 || (current.kinds & query.kinds) !== 0) &&
    (query.sender === undefined || record.sender === query.sender) &&
    (query.fromMs === undefined || record.atMs >= query.fromMs) &&
    (query.untilMs === undefined || record.atMs < query.untilMs) &&
    (before === undefined || order(record, before) < 0)
  );
}

/** What is before this is at the place, or before it. */
function justAfter({ atMs, eventId }: Place): Place {
  return { atMs, eventId: `${eventId}\0` };
}

function takes(head: Head): number {
  return head.bytes + head.signature.length;
}

function isSame(left: Hole, right: Hole): boolean {
  return left.from === right.from && left.againUntilMs === right.againUntilMs;
}
