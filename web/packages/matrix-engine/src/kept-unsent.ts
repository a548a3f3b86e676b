// What a person said and no saved answer of the server holds yet: written down before it is shown, so that it is there
// again whatever happens to the page. It is sealed, as the list of rooms is, and what does not open is none.
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { IContent } from "matrix-js-sdk";

import { newKey, type Sealed, seal, unseal } from "./sealing.ts";

export interface UnsentEvent {
  readonly roomId: string;
  readonly txnId: string;
  readonly atMs: number;
  readonly type: string;
  /** Never encrypted: what is sent is encrypted anew. */
  readonly content: IContent;
  readonly redacts: string | undefined;
  /** Once the server has it. */
  readonly eventId: string | undefined;
}

interface Schema extends DBSchema {
  keys: { key: "key"; value: CryptoKey };
  events: { key: number; value: Sealed };
}

const FORMAT = 1;
const PLACE = "unsent";
const nameOf = (userId: string): string => `herold-unsent-${userId}`;

export class KeptUnsent {
  readonly #database: IDBPDatabase<Schema>;
  readonly #key: CryptoKey;
  /** Under which number each lies: they are told in the order in which they were said. */
  readonly #places = new Map<string, number>();
  #last = 0;
  /** One after the other: what was sealed late must not be written over what came after it. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(database: IDBPDatabase<Schema>, key: CryptoKey) {
    this.#database = database;
    this.#key = key;
  }

  static async open(userId: string): Promise<KeptUnsent> {
    const database = await openDB<Schema>(nameOf(userId), FORMAT, {
      upgrade(opened) {
        opened.createObjectStore("keys");
        opened.createObjectStore("events");
      },
    });
    const known = await database.get("keys", "key");
    const key = known ?? (await newKey());
    if (!known) await database.put("keys", key, "key");
    return new KeptUnsent(database, key);
  }

  static erase(userId: string): Promise<void> {
    return deleteDB(nameOf(userId));
  }

  /** All of them, as the page before this one left them. */
  async all(): Promise<readonly UnsentEvent[]> {
    const reading = this.#database.transaction("events");
    const [places, sealed] = await Promise.all([reading.store.getAllKeys(), reading.store.getAll()]);
    const events: UnsentEvent[] = [];
    for (const [index, place] of places.entries()) {
      this.#last = Math.max(this.#last, place);
      const event = await this.#open(sealed[index]);
      if (!event) continue;
      this.#places.set(event.txnId, place);
      events.push(event);
    }
    return events;
  }

  async #open(sealed: Sealed | undefined): Promise<UnsentEvent | undefined> {
    try {
      return sealed && JSON.parse(new TextDecoder().decode(await unseal(this.#key, PLACE, sealed)));
    } catch {
      return undefined;
    }
  }

  /** Writes it down, or writes it over what it was before. */
  put(event: UnsentEvent): Promise<void> {
    const place = this.#places.get(event.txnId) ?? this.#last + 1;
    this.#last = Math.max(this.#last, place);
    this.#places.set(event.txnId, place);
    return this.#write(async () => {
      const bytes = new TextEncoder().encode(JSON.stringify(event)) as Uint8Array<ArrayBuffer>;
      const sealed = await seal(this.#key, PLACE, bytes);
      const writing = this.#database.transaction("events", "readwrite");
      const put = writing.store.put(sealed, place);
      // A page that ends before it hears how that went does not undo it.
      writing.commit();
      await Promise.all([put, writing.done]);
    });
  }

  remove(txnIds: readonly string[]): Promise<void> {
    const places = txnIds.flatMap((txnId) => this.#places.get(txnId) ?? []);
    for (const txnId of txnIds) this.#places.delete(txnId);
    return this.#write(async () => {
      const removing = this.#database.transaction("events", "readwrite");
      await Promise.all([...places.map((place) => removing.store.delete(place)), removing.done]);
    });
  }

  #write(act: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(act);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** After what is being written. */
  async close(): Promise<void> {
    await this.#writing;
    this.#database.close();
  }
}
