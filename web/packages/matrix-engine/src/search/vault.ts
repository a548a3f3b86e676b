// What the index writes down, locked with a key that belongs to the account in this browser and cannot be taken out of
// it. Nothing that was said, and no name of a room or a person, is ever stored in the clear.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** Sealed bytes: a number used once, then what was locked. */
export type Sealed = Uint8Array<ArrayBuffer>;

export interface VaultSchema extends DBSchema {
  keys: { key: "key"; value: CryptoKey };
  blocks: { key: number; value: Sealed };
  words: { key: number; value: Sealed };
  heads: { key: number; value: Sealed };
  rooms: { key: number; value: Sealed };
}

const NONCE_BYTES = 12;
/** Another way of writing things down gets another number: what was kept in the old way is let go and collected anew. */
const FORMAT = 1;
const STORES = ["keys", "blocks", "words", "heads", "rooms"] as const;
type SealedStore = Exclude<(typeof STORES)[number], "keys">;

export class Vault {
  readonly #key: CryptoKey;
  readonly database: IDBPDatabase<VaultSchema>;

  private constructor(database: IDBPDatabase<VaultSchema>, key: CryptoKey) {
    this.database = database;
    this.#key = key;
  }

  static async open(name: string): Promise<Vault> {
    const database = await openDB<VaultSchema>(name, FORMAT, {
      upgrade(opened) {
        for (const store of [...opened.objectStoreNames]) opened.deleteObjectStore(store);
        for (const store of STORES) opened.createObjectStore(store);
      },
    });
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    const keys = database.transaction("keys", "readwrite");
    const known = await keys.store.get("key");
    if (!known) await keys.store.put(made, "key");
    await keys.done;
    return new Vault(database, known ?? made);
  }

  /** The place is locked in with it: what was sealed for one place opens in no other. */
  async seal(store: SealedStore, id: number, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const locked = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: place(store, id) },
      this.#key,
      bytes,
    );
    const sealed = new Uint8Array(NONCE_BYTES + locked.byteLength);
    sealed.set(iv);
    sealed.set(new Uint8Array(locked), NONCE_BYTES);
    return sealed;
  }

  async open(store: SealedStore, id: number, sealed: Sealed): Promise<Uint8Array<ArrayBuffer>> {
    const iv = sealed.subarray(0, NONCE_BYTES);
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv, additionalData: place(store, id) },
      this.#key,
      sealed.subarray(NONCE_BYTES),
    );
    return new Uint8Array(opened);
  }

  close(): void {
    this.database.close();
  }
}

function place(store: SealedStore, id: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${store} ${id}`);
}
