// The index as it lies in storage: blocks of messages, what each of them may hold, and how far each room was read.
// What is changed together is written together or not at all.
import { folded } from "@herold/engine";

import { type Change, type Hole, type MessageRecord, type Place, wording } from "./records.ts";
import { addPieces, pieceOfId, signatureOf } from "./signature.ts";
import { type Sealed, Vault } from "./vault.ts";

/** What the index may take; tests take less. */
export interface Limits {
  /** In storage, about: above it the oldest messages of all rooms go first. */
  readonly indexBytes: number;
  /** Messages of one block, and about how large they are together. */
  readonly blockRecords: number;
  readonly blockBytes: number;
}

export const LIMITS: Limits = {
  indexBytes: 128 * 1024 * 1024,
  blockRecords: 256,
  blockBytes: 160 * 1024,
};

/** Blocks that stay open in memory, and characters of words that do: those used last. */
const OPEN_MAX = 32;
const WORDS_MAX = 8 * 1024 * 1024;
/** Stands between the words of two messages, and in none. */
const BETWEEN = "\0";

/** What is known of a block without opening it. */
export interface Head {
  readonly id: number;
  readonly roomId: string;
  readonly first: Place;
  readonly last: Place;
  readonly count: number;
  readonly bytes: number;
  readonly kinds: number;
  /** Messages without a key, and the time of the oldest of them. */
  readonly locked: number;
  readonly lockedFromMs: number | undefined;
  readonly signature: Uint8Array;
}

export interface Block {
  readonly head: Head;
  readonly records: readonly MessageRecord[];
  /** As `readWords` answers. */
  readonly words: string;
}

export interface RoomState {
  readonly roomId: string;
  readonly holes: readonly Hole[];
  /** Edits of messages that are not here, yet. */
  readonly orphans: readonly Extract<Change, { kind: "edited" }>[];
  /** What was redacted: it may still come from somewhere else. */
  readonly gone: readonly string[];
}

export interface General {
  /** What was said up to here was let go, because the space is full. */
  readonly letGoMs: number | undefined;
}

export interface Writing {
  readonly blocks: readonly Block[];
  readonly gone: readonly number[];
  readonly room: RoomState | undefined;
  readonly general: General | undefined;
}

/** The place of what is not about one room. */
const GENERAL = 0;

export class Shelf {
  readonly #vault: Vault;
  readonly #open = new Map<number, readonly MessageRecord[]>();
  readonly #words = new Map<number, string>();
  #wordsLength = 0;
  readonly #roomIds = new Map<string, number>();
  readonly limits: Limits;
  readonly heads = new Map<number, Head>();
  readonly rooms = new Map<string, RoomState>();
  general: General = { letGoMs: undefined };
  #next = 1;

  private constructor(vault: Vault, limits: Limits) {
    this.#vault = vault;
    this.limits = limits;
  }

  static async open(name: string, limits: Limits): Promise<Shelf> {
    const shelf = new Shelf(await Vault.open(name), limits);
    await shelf.#load();
    return shelf;
  }

  newId(): number {
    return this.#next++;
  }

  close(): void {
    this.#vault.close();
  }

  /** The messages of blocks, the oldest first. Read together: one after the other would cost a turn of storage each. */
  async read(ids: readonly number[]): Promise<(readonly MessageRecord[])[]> {
    const found = await this.#opened("blocks", ids, this.#open, (bytes) => read<MessageRecord[]>(bytes));
    for (const [index, id] of ids.entries()) this.#keep(id, found[index] ?? []);
    return found;
  }

  /** The words of blocks, folded, all messages of a block in one text. */
  async readWords(ids: readonly number[]): Promise<string[]> {
    const found = await this.#opened("words", ids, this.#words, (bytes) => new TextDecoder().decode(bytes));
    for (const [index, id] of ids.entries()) this.#keepWords(id, found[index] ?? "");
    return found;
  }

  async #opened<T>(
    store: "blocks" | "words",
    ids: readonly number[],
    open: ReadonlyMap<number, T>,
    decode: (bytes: Uint8Array<ArrayBuffer>) => T,
  ): Promise<T[]> {
    const closed = ids.filter((id) => !open.has(id));
    const found = new Map<number, T>();
    if (closed.length > 0) {
      const { store: all, done } = this.#vault.database.transaction(store);
      const sealed = await Promise.all(closed.map((id) => all.get(id)));
      await done;
      await Promise.all(
        closed.map(async (id, index) => {
          const bytes = sealed[index];
          if (bytes) found.set(id, decode(await this.#vault.open(store, id, bytes)));
        }),
      );
    }
    return ids.map((id) => {
      const one = open.get(id) ?? found.get(id);
      if (one === undefined) throw new Error("a block of the search index is missing");
      return one;
    });
  }

  async write({ blocks, gone, room, general }: Writing): Promise<void> {
    const sealed = await Promise.all(
      blocks.map(async ({ head, records, words }) => ({
        block: await this.#vault.seal("blocks", head.id, written(records)),
        words: await this.#vault.seal("words", head.id, new TextEncoder().encode(words)),
        head: await this.#vault.seal("heads", head.id, headWritten(head)),
        id: head.id,
      })),
    );
    const roomId = room && this.#placeOf(room.roomId);
    const sealedRoom = room && roomId && (await this.#vault.seal("rooms", roomId, written(room)));
    const sealedGeneral = general && (await this.#vault.seal("rooms", GENERAL, written(general)));
    const writing = this.#vault.database.transaction(["blocks", "words", "heads", "rooms"], "readwrite");
    const puts: Promise<unknown>[] = [writing.done];
    for (const { id, block, words, head } of sealed) {
      puts.push(writing.objectStore("blocks").put(block, id));
      puts.push(writing.objectStore("words").put(words, id));
      puts.push(writing.objectStore("heads").put(head, id));
    }
    for (const store of ["blocks", "words", "heads"] as const) {
      for (const id of gone) puts.push(writing.objectStore(store).delete(id));
    }
    if (sealedRoom) puts.push(writing.objectStore("rooms").put(sealedRoom, roomId));
    if (sealedGeneral) puts.push(writing.objectStore("rooms").put(sealedGeneral, GENERAL));
    await Promise.all(puts);
    for (const { head, records, words } of blocks) {
      this.heads.set(head.id, head);
      this.#keep(head.id, records);
      this.#keepWords(head.id, words);
    }
    for (const id of gone) {
      this.heads.delete(id);
      this.#open.delete(id);
      this.#forgetWords(id);
    }
    if (room) this.rooms.set(room.roomId, room);
    if (general) this.general = general;
  }

  async forgetRoom(roomId: string): Promise<void> {
    const gone = [...this.heads.values()].filter((head) => head.roomId === roomId).map((head) => head.id);
    await this.write({ blocks: [], gone, room: undefined, general: undefined });
    const place = this.#roomIds.get(roomId);
    if (place !== undefined) await this.#vault.database.delete("rooms", place);
    this.#roomIds.delete(roomId);
    this.rooms.delete(roomId);
  }

  #placeOf(roomId: string): number {
    const known = this.#roomIds.get(roomId) ?? this.newId();
    this.#roomIds.set(roomId, known);
    return known;
  }

  #keep(id: number, records: readonly MessageRecord[]): void {
    this.#open.delete(id);
    this.#open.set(id, records);
    const oldest = this.#open.size > OPEN_MAX ? this.#open.keys().next().value : undefined;
    if (oldest !== undefined) this.#open.delete(oldest);
  }

  #keepWords(id: number, words: string): void {
    this.#forgetWords(id);
    this.#words.set(id, words);
    this.#wordsLength += words.length;
    for (const oldest of this.#words.keys()) {
      if (this.#wordsLength <= WORDS_MAX) break;
      this.#forgetWords(oldest);
    }
  }

  #forgetWords(id: number): void {
    this.#wordsLength -= this.#words.get(id)?.length ?? 0;
    this.#words.delete(id);
  }

  async #load(): Promise<void> {
    await this.#each("heads", async (id, bytes) => {
      this.heads.set(id, headRead(id, bytes));
    });
    await this.#each("rooms", async (id, bytes) => {
      if (id === GENERAL) this.general = read<General>(bytes);
      else {
        const room = read<RoomState>(bytes);
        this.rooms.set(room.roomId, room);
        this.#roomIds.set(room.roomId, id);
      }
    });
    this.#next = Math.max(0, ...this.heads.keys(), ...this.#roomIds.values()) + 1;
  }

  async #each(
    store: "heads" | "rooms",
    take: (id: number, bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  ): Promise<void> {
    const { store: all, done } = this.#vault.database.transaction(store);
    const [ids, sealed]: [number[], Sealed[]] = await Promise.all([all.getAllKeys(), all.getAll()]);
    await done;
    await Promise.all(
      ids.map(async (id, index) => {
        const bytes = sealed[index];
        if (bytes) await take(id, await this.#vault.open(store, id, bytes));
      }),
    );
  }
}

/** A block of these messages, which are some and in order. */
export function blockOf(id: number, roomId: string, records: readonly MessageRecord[]): Block {
  const pieces = new Set<string>();
  const texts: string[] = [];
  let [kinds, locked] = [0, 0];
  let lockedFromMs: number | undefined;
  for (const record of records) {
    const current = wording(record);
    if (record.locked) {
      locked += 1;
      lockedFromMs ??= record.atMs;
    }
    kinds |= current?.kinds ?? 0;
    pieces.add(pieceOfId(record.eventId)).add(pieceOfId(record.sender));
    for (const version of record.versions) pieces.add(pieceOfId(version.eventId));
    const text = folded(current?.text ?? "").replaceAll(BETWEEN, " ");
    addPieces(text, pieces);
    texts.push(text);
  }
  const head = {
    id,
    roomId,
    first: placeOf(records[0]),
    last: placeOf(records.at(-1)),
    count: records.length,
    bytes: sizeOf(records) + texts.reduce((sum, text) => sum + text.length, 0),
    kinds,
    locked,
    lockedFromMs,
    signature: signatureOf(pieces),
  };
  return { head, records, words: texts.join(BETWEEN) };
}

/** The words of each message of a block, from those of all. */
export function wordsOfEach(words: string): string[] {
  return words.split(BETWEEN);
}

export function sizeOf(records: readonly MessageRecord[]): number {
  return records.reduce((sum, record) => sum + JSON.stringify(record).length, 0);
}

function placeOf(record: MessageRecord | undefined): Place {
  return { atMs: record?.atMs ?? 0, eventId: record?.eventId ?? "" };
}

function written(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function read<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes));
}

const LENGTH_BYTES = 4;

/** The length of what is said of the block, that, and the signature. */
function headWritten({ id: _, signature, ...rest }: Head): Uint8Array<ArrayBuffer> {
  const words = written(rest);
  const bytes = new Uint8Array(LENGTH_BYTES + words.length + signature.length);
  new DataView(bytes.buffer).setUint32(0, words.length);
  bytes.set(words, LENGTH_BYTES);
  bytes.set(signature, LENGTH_BYTES + words.length);
  return bytes;
}

function headRead(id: number, bytes: Uint8Array<ArrayBuffer>): Head {
  const end = LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const rest = read<Omit<Head, "id" | "signature">>(bytes.subarray(LENGTH_BYTES, end));
  return { ...rest, lockedFromMs: rest.lockedFromMs ?? undefined, id, signature: bytes.slice(end) };
}
