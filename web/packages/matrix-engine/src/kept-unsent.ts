// What a person said and no saved answer of the server holds yet: written down before it is shown, so that it is there
// again whatever happens to the page. Files that are on their way up lie beside it. All of it is sealed, as the list of
// rooms is, and what does not open is none.
import type { OutgoingFile } from "@herold/engine";
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { IContent } from "matrix-js-sdk";

import { newKey, type Sealed, seal, unseal } from "./sealing.ts";

/** A file that has to go up before its message can be made. */
export interface UnsentFile extends Omit<OutgoingFile, "file"> {
  readonly mimeType: string;
  readonly size: number;
  readonly replyTo: string | undefined;
  readonly thread: string | undefined;
}

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
  readonly file?: UnsentFile;
}

interface Schema extends DBSchema {
  keys: { key: "key"; value: CryptoKey };
  events: { key: number; value: Sealed };
  files: { key: number; value: Sealed };
}

/** As many bytes as a server takes that nobody set up otherwise. */
export const FILE_BYTES_MAX = 100 * 1024 * 1024;
/** Of all files of one account together. */
export const ALL_FILES_BYTES_MAX = 3 * FILE_BYTES_MAX;

const FORMAT = 2;
const PLACE = "unsent";
const FILE_PLACE = "unsent file";
const nameOf = (userId: string): string => `herold-unsent-${userId}`;

export class KeptUnsent {
  readonly #database: IDBPDatabase<Schema>;
  readonly #key: CryptoKey;
  /** Under which number each lies: they are told in the order in which they were said. */
  readonly #places = new Map<string, number>();
  /** How large the files are that lie here, or will. */
  readonly #sizes = new Map<string, number>();
  #last = 0;
  /** One after the other: what was sealed late must not be written over what came after it. */
  #writing: Promise<void> = Promise.resolve();
  /** Files apart, so that no message waits until one is written. */
  #filing: Promise<unknown> = Promise.resolve();

  private constructor(database: IDBPDatabase<Schema>, key: CryptoKey) {
    this.#database = database;
    this.#key = key;
  }

  static async open(userId: string): Promise<KeptUnsent> {
    const database = await openDB<Schema>(nameOf(userId), FORMAT, {
      upgrade(opened, before) {
        if (before < 1) {
          opened.createObjectStore("keys");
          opened.createObjectStore("events");
        }
        opened.createObjectStore("files");
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
    const reading = this.#database.transaction(["events", "files"]);
    const [places, sealed, filed] = await Promise.all([
      reading.objectStore("events").getAllKeys(),
      reading.objectStore("events").getAll(),
      reading.objectStore("files").getAllKeys(),
    ]);
    const events: UnsentEvent[] = [];
    const abandoned = new Set(filed);
    for (const [index, place] of places.entries()) {
      this.#last = Math.max(this.#last, place);
      const event = await this.#open(sealed[index]);
      if (!event) continue;
      this.#places.set(event.txnId, place);
      if (event.file) {
        this.#sizes.set(event.txnId, event.file.size);
        abandoned.delete(place);
      }
      events.push(event);
    }
    // The page ended before it was written whose they are.
    for (const place of abandoned) await this.#database.delete("files", place);
    return events;
  }

  /** The bytes of a file; nothing where they do not open. */
  async file(txnId: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const place = this.#places.get(txnId);
    const sealed = place === undefined ? undefined : await this.#database.get("files", place);
    try {
      return sealed && (await unseal(this.#key, FILE_PLACE, sealed));
    } catch {
      return undefined;
    }
  }

  async #open(sealed: Sealed | undefined): Promise<UnsentEvent | undefined> {
    try {
      return sealed && JSON.parse(new TextDecoder().decode(await unseal(this.#key, PLACE, sealed)));
    } catch {
      return undefined;
    }
  }

  /** Writes it down, or writes it over what it was before: a file that is a message by then is let go. */
  put(event: UnsentEvent): Promise<void> {
    const place = this.#placeOf(event.txnId);
    const gone = !event.file && this.#sizes.delete(event.txnId);
    return this.#write(async () => {
      const bytes = new TextEncoder().encode(JSON.stringify(event)) as Uint8Array<ArrayBuffer>;
      const sealed = await seal(this.#key, PLACE, bytes);
      const writing = this.#database.transaction(["events", "files"], "readwrite");
      const put = writing.objectStore("events").put(sealed, place);
      const removed = gone ? writing.objectStore("files").delete(place) : undefined;
      // A page that ends before it hears how that went does not undo it.
      writing.commit();
      await Promise.all([put, removed, writing.done]);
    });
  }

  /** Takes its place at once; answers whether the file will be there again, which is not so where there is no room for it. */
  putFile(event: UnsentEvent & { readonly file: UnsentFile }, file: Blob): Promise<boolean> {
    const { txnId } = event;
    const place = this.#placeOf(txnId);
    const all = [...this.#sizes.values()].reduce((sum, size) => sum + size, file.size);
    if (file.size > FILE_BYTES_MAX || all > ALL_FILES_BYTES_MAX) return Promise.resolve(false);
    this.#sizes.set(txnId, file.size);
    const filed = this.#filing.then(async () => {
      try {
        await this.#database.put("files", await this.#sealedFile(file), place);
      } catch (error) {
        this.#sizes.delete(txnId);
        throw error;
      }
      // Sent or given up meanwhile.
      if (!this.#sizes.has(txnId)) {
        await this.#database.delete("files", place);
        return false;
      }
      await this.put(event);
      return true;
    });
    this.#filing = filed.catch(() => undefined);
    return filed;
  }

  async #sealedFile(file: Blob): Promise<Sealed> {
    return seal(this.#key, FILE_PLACE, new Uint8Array(await file.arrayBuffer()));
  }

  #placeOf(txnId: string): number {
    const place = this.#places.get(txnId) ?? this.#last + 1;
    this.#last = Math.max(this.#last, place);
    this.#places.set(txnId, place);
    return place;
  }

  remove(txnIds: readonly string[]): Promise<void> {
    const places = txnIds.flatMap((txnId) => this.#places.get(txnId) ?? []);
    for (const txnId of txnIds) {
      this.#places.delete(txnId);
      this.#sizes.delete(txnId);
    }
    return this.#write(async () => {
      const removing = this.#database.transaction(["events", "files"], "readwrite");
      const stores = [removing.objectStore("events"), removing.objectStore("files")];
      const removed = places.flatMap((place) => stores.map((store) => store.delete(place)));
      await Promise.all([...removed, removing.done]);
    });
  }

  #write(act: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(act);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** After what is being written. */
  async close(): Promise<void> {
    await this.#filing;
    await this.#writing;
    this.#database.close();
  }
}
