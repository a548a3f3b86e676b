// The list of rooms as it was when it was last kept, so that a start has something to show before the stores are open.
// Names and last words are in it, as they were read: it is sealed, as the index of the search is, and what does not open
// or was written by another version of the app is none.
import type { Profile, RoomSummary } from "@herold/engine";
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";

import { newKey, type Sealed, seal, unseal } from "./sealing.ts";

export interface Listed {
  readonly summary: RoomSummary;
  /** The person is in the room that took its place: it can be opened, and is not listed. */
  readonly replaced: boolean;
}

export interface Kept {
  readonly me: Profile;
  readonly rooms: readonly Listed[];
}

interface Schema extends DBSchema {
  keys: { key: "key"; value: CryptoKey };
  lists: { key: "list"; value: Sealed };
}

const FORMAT = 1;
const nameOf = (userId: string): string => `herold-list-${userId}`;

/** `version` stands for the way in which lists are made. */
export async function keepList(userId: string, version: string, kept: Kept): Promise<void> {
  await inDatabase(userId, async (database) => {
    const key = (await database.get("keys", "key")) ?? (await newKey());
    const bytes = new TextEncoder().encode(JSON.stringify(kept));
    const sealed = await seal(key, version, bytes as Uint8Array<ArrayBuffer>);
    const both = database.transaction(["keys", "lists"], "readwrite");
    await Promise.all([
      both.objectStore("keys").put(key, "key"),
      both.objectStore("lists").put(sealed, "list"),
      both.done,
    ]);
  });
}

export async function keptList(userId: string, version: string): Promise<Kept | undefined> {
  try {
    return await inDatabase(userId, async (database) => {
      const [key, sealed] = await Promise.all([database.get("keys", "key"), database.get("lists", "list")]);
      if (!key || !sealed) return undefined;
      return JSON.parse(new TextDecoder().decode(await unseal(key, version, sealed)));
    });
  } catch {
    // Without it the list comes with the stores, a little later.
    return undefined;
  }
}

export function forgetList(userId: string): Promise<void> {
  return deleteDB(nameOf(userId));
}

async function inDatabase<T>(
  userId: string,
  act: (database: IDBPDatabase<Schema>) => Promise<T>,
): Promise<T> {
  const database = await openDB<Schema>(nameOf(userId), FORMAT, {
    upgrade(opened) {
      opened.createObjectStore("keys");
      opened.createObjectStore("lists");
    },
  });
  try {
    return await act(database);
  } finally {
    database.close();
  }
}
