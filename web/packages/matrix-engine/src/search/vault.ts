// What the index writes down, locked with a key that belongs to the account in this browser and cannot be taken out of
// it. Nothing that was said, and no name of a room or a person, is ever stored in the clear.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import { newKey, type Sealed, seal, unseal } from "../sealing.ts";

export type { Sealed };

export interface VaultSchema extends DBSchema {
  keys: { key: "key"; value: CryptoKey };
  blocks: { key: number; value: Sealed };
  words: { key: number; value: Sealed };
  heads: { key: number; value: Sealed };
  rooms: { key: number; value: Sealed };
}

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
    const made = await newKey();
    const keys = database.transaction("keys", "readwrite");
    const known = await keys.store.get("key");
    if (!known) await keys.store.put(made, "key");
    await keys.done;
    return new Vault(database, known ?? made);
  }

  seal(store: SealedStore, id: number, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed> {
    return seal(this.#key, `${store} ${id}`, bytes);
  }

  open(store: SealedStore, id: number, sealed: Sealed): Promise<Uint8Array<ArrayBuffer>> {
    return unseal(this.#key, `${store} ${id}`, sealed);
  }

  close(): void {
    this.database.close();
  }
}
