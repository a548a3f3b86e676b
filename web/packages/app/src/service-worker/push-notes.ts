// What the service worker has to know of each account to tell of its messages as the person wants it. Written by the
// app, read by the worker; nothing of a conversation may be kept here.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { PushNote } from "../models/notifying/push-note.ts";

interface Schema extends DBSchema {
  notes: { key: string; value: PushNote };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("herold-push", 1, {
    upgrade(made) {
      made.createObjectStore("notes", { keyPath: "userId" });
    },
  });
  return opened;
}

export async function keepNote(note: PushNote): Promise<void> {
  await (await database()).put("notes", note);
}

export async function noteOf(userId: string): Promise<PushNote | undefined> {
  return (await database()).get("notes", userId);
}

export async function forgetNote(userId: string): Promise<void> {
  await (await database()).delete("notes", userId);
}
