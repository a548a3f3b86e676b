// What the server told since all of it was saved last. That is too much to be written down with every message of an
// account with thousands of rooms: the answers themselves are few and small, and the next start adds them to what was
// saved. What is encrypted in them stays so.
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { ISyncResponse } from "matrix-js-sdk";

/** What is added to what was saved. */
type Told = Pick<ISyncResponse, "next_batch" | "rooms" | "account_data">;

interface Entry {
  /** The token that it was asked with. */
  readonly after: string | undefined;
  readonly heardAtMs: number;
  readonly told: Told;
}

interface Schema extends DBSchema {
  answers: { key: number; value: Entry };
}

const FORMAT = 1;
const nameOf = (userId: string): string => `herold-journal-${userId}`;

export class SyncJournal {
  readonly #name: string;
  #database: IDBPDatabase<Schema> | undefined;
  #last = 0;

  constructor(userId: string) {
    this.#name = nameOf(userId);
  }

  /** Where it cannot be written, what was heard since the last save is asked for again. */
  async open(): Promise<void> {
    try {
      this.#database = await openDB<Schema>(this.#name, FORMAT, {
        upgrade(opened) {
          opened.createObjectStore("answers");
        },
      });
      const cursor = await this.#database.transaction("answers").store.openKeyCursor(null, "prev");
      this.#last = cursor?.key ?? 0;
    } catch {
      this.#database = undefined;
    }
  }

  /** What was told after `token`, without a gap, as it would be told at this moment. */
  async since(token: string | undefined, nowMs: number): Promise<readonly Told[]> {
    const entries = (await this.#database?.getAll("answers").catch(() => [])) ?? [];
    const answers: Told[] = [];
    let reached = token;
    for (const { after, heardAtMs, told } of entries) {
      if (after !== reached) continue;
      reached = told.next_batch;
      answers.push(aged(told, nowMs - heardAtMs));
    }
    return answers;
  }

  /** Nobody waits for it. */
  add(entry: Entry): void {
    this.#last += 1;
    const { next_batch, rooms, account_data } = entry.told;
    const told = { next_batch, rooms, account_data };
    this.#database?.put("answers", { ...entry, told }, this.#last).catch(() => undefined);
  }

  /** Called when a save begins; what it gives back, when that holds all that was added before. */
  saving(): () => void {
    const last = this.#last;
    return () => {
      this.#database?.delete("answers", IDBKeyRange.upperBound(last)).catch(() => undefined);
    };
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  async erase(): Promise<void> {
    this.close();
    await deleteDB(this.#name);
  }
}

/** How old events are is told with them: they became older since. */
function aged(told: Told, byMs: number): Told {
  for (const { timeline } of Object.values(told.rooms?.join ?? {}))
    for (const { unsigned } of timeline?.events ?? [])
      if (typeof unsigned?.age === "number") unsigned.age += byMs;
  return told;
}
